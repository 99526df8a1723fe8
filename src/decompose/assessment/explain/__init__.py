"""Explanations: what holds a table, a pair of tables or a service where it is."""
