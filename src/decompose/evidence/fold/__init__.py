"""The fold: log entries to sessions, transactions and their profiles, part by part or all at once."""
