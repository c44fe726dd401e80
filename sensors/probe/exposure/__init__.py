"""Exposure rules in a safe part of Nuclei's YAML: loaded by allow-list, matched in linear time."""
