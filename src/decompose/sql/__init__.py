"""The only room that knows SQL grammar: text to template, fingerprint, read set and write set, DDL to schema."""
