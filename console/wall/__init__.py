"""The big screen in the hall: six views on one canvas, every number a link to what it counts."""
