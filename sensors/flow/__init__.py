"""Packets to flows: captures in, `flow`, `http`, `dns` and `tls` events out."""
