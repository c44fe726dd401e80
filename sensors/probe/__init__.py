"""Watching sites by asking them: scheduled, polite, and never outside the signed scope."""
