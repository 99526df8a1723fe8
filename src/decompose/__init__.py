"""Service boundaries from a legacy database's schema and its captured logs."""

__version__ = "0.1.0"
