"""Alerts and findings handled as one case."""
