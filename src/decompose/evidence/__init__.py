"""The nouns of the house, and the fold from log entries to transaction profiles."""
