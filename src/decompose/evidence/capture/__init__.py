"""Captures judged: what can be rebuilt from a server's logging or from a log, and what would change that."""
