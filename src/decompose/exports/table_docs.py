"""A dictionary of the database, one YAML file per table, as GitLab keeps it under `db/docs/`."""

from __future__ import annotations

from collections.abc import Mapping

import yaml

from decompose.assessment.model import Analysis
from decompose.exports.model import DEFAULTS, ExportOptions
from decompose.exports.names import identifiers, one_line
from decompose.exports.placement import homes

_RESERVED = ("con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(10)))
"""File names that Windows keeps for itself."""
_LONGEST = 100


def render_table_docs(analysis: Analysis, options: ExportOptions = DEFAULTS) -> Mapping[str, str]:
    """File name to text; file names are safe on every file system and differ in more than case."""
    home_of = homes(analysis.evidence, analysis.decomposition)
    services = {service.name: service for service in analysis.decomposition.services}
    comments = {table.name: table.comment for table in analysis.evidence.tables}
    names = identifiers(home_of, extra=".-", reserved=_RESERVED, longest=_LONGEST)
    files = {}
    for table, home in home_of.items():
        if options.services and home.name not in options.services:
            continue
        service = services.get(home.name)
        document: dict[str, object] = {"table_name": one_line(table)}
        if comments.get(table):
            document["description"] = one_line(comments[table])
        document["feature_categories"] = [one_line(service.capability)] if service and service.capability else []
        document["gitlab_schema"] = one_line(home.name)
        if service and service.owner:
            document["owner"] = one_line(service.owner)
        files[f"{names[table]}.yml"] = yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=10_000)
    return dict(sorted(files.items()))
