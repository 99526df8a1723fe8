"""DDL scripts of every dialect to a schema, by an own small reader: dumps hold much that no SQL grammar knows."""

from decompose.sql.ddl.build import build
from decompose.sql.ddl.client_commands import NOT_FOLLOWED, Script
from decompose.sql.ddl.detect import detect_dialect
from decompose.sql.ddl.reader import read_ddl, read_draft, read_scripts

__all__ = ["NOT_FOLLOWED", "Script", "build", "detect_dialect", "read_ddl", "read_draft", "read_scripts"]
