"""Segments go in; stored events, alerts, findings and incidents come out."""
