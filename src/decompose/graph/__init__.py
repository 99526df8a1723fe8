"""The weighted graph of tables and transaction profiles."""
