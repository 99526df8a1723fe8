"""Sagas: a draft for each transaction that a cut makes distributed."""
