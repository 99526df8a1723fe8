"""Coupling drift: what crosses service boundaries now, set against what a team has accepted."""
