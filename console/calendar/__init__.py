"""Working days and hours, holidays and shifted days as data."""
