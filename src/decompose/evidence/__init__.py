"""The nouns of the house: what sources tell and what all later stations read. `fold` makes evidence of log entries."""
