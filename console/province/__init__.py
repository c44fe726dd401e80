"""The link with the province: reports up, instructions down, intelligence both ways."""
