"""A schema-domains file: domain to its tables, as GitHub keeps one beside its schema (`db/schema-domains.yml`)."""

from __future__ import annotations

import yaml

from decompose.assessment.model import Analysis
from decompose.exports.model import DEFAULTS, ExportOptions
from decompose.exports.names import distinct_lines
from decompose.exports.placement import homes


def render_schema_domains(analysis: Analysis, options: ExportOptions = DEFAULTS) -> str:
    """Every table in exactly one domain: its service, or what it is set apart as."""
    domains: dict[str, list[str]] = {}
    home_of = homes(analysis.evidence, analysis.decomposition)
    tables = distinct_lines(home_of)
    labels = distinct_lines({home.id: home.name for home in home_of.values()}.values())
    for table, home in home_of.items():
        if not options.services or home.name in options.services:
            domains.setdefault(labels[home.name], []).append(tables[table])
    text: str = yaml.safe_dump(domains, sort_keys=True, allow_unicode=True, width=10_000, default_flow_style=False)
    return "# Domain: the tables it owns\n" + text
