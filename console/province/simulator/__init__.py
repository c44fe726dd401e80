"""The other side of the link, for tests and drills: its own keys and records, and faults on demand."""
