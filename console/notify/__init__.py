"""Telling people: call-outs, warnings and reminders, each recorded, retried and acknowledged."""
