"""DDL scripts of every dialect to a schema, by an own small reader: dumps hold much that no SQL grammar knows."""

from decompose.sql.ddl.build import build
from decompose.sql.ddl.detect import detect_dialect
from decompose.sql.ddl.reader import read_ddl, read_draft

__all__ = ["build", "detect_dialect", "read_ddl", "read_draft"]
