"""The office itself: its name, its link to the province, its channels; one file says it all."""
