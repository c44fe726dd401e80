"""TAXII 2.1: our server for colleagues, and our client at theirs."""
