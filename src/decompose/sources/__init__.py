"""Readers: each turns one format or catalogue into evidence nouns."""
