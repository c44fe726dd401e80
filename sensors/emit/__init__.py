"""The way of events out of a sensor: gathered, spooled, sent."""
