"""Findings: each module finds one kind of coupling across a boundary, from the evidence and the services."""
