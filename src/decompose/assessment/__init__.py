"""Judges a decomposition against the evidence."""
