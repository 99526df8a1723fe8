"""What a worker process runs. It remembers templates from unit to unit, so that each is parsed once per process."""

from __future__ import annotations

from decompose.evidence.collector import calm_collector
from decompose.evidence.fold.parts import Part, cut_off
from decompose.sources.ingestion.reading import Wanted, new_fold, read_unit
from decompose.sources.ingestion.units import Unit
from decompose.sql.template_cache import TemplateCache

_CACHES: dict[str, TemplateCache] = {}


@calm_collector()
def work(unit: Unit, wanted: Wanted) -> Part:
    """The unit as a part."""
    cache = _CACHES.get(wanted.dialect)
    if cache is None:
        cache = _CACHES[wanted.dialect] = TemplateCache(wanted.dialect, remembers=wanted.cached)
    fold = new_fold(wanted, whole=False, cache=cache)
    read_unit(fold, unit, wanted)
    cache.save()
    return cut_off(fold)
