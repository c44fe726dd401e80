"""Threat intelligence as detection uses it: what an indicator watches for, and what was met."""
