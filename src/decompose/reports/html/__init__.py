"""The explorer: one self-contained HTML file that loads nothing and reads as plain tables without JavaScript."""

from __future__ import annotations

from decompose.reports.html.data import Comparison
from decompose.reports.html.page import render_html

__all__ = ["Comparison", "render_html"]
