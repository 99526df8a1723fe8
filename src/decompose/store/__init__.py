"""Versioned documents on disk: evidence, analysis and assessment as JSON, services and capabilities as YAML."""
