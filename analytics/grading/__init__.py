"""Proposes class, grade and deadlines from data files, with the matched rows."""
