"""Official notices to units, followed until they are closed."""
