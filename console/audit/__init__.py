"""The audit chain: every change, provably in order."""
