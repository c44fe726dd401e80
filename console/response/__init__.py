"""Responding: the mechanism, its levels and call-outs, playbooks and their runs."""
