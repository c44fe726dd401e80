"""The health of the system itself."""
