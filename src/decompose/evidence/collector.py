"""How often the garbage collector looks, while millions of rows pass and hundreds of thousands of statements stay."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_OBJECTS = 50_000
"""How many objects more than before make it look; trees of parsed statements are the garbage that it is there for."""
_ROUNDS = 1_000
"""How often it looks at the newest only, before at older ones: what lives on from one round to the next is known."""


@contextmanager
def calm_collector() -> Iterator[None]:
    """Less often than usual: it would go through all that is known of statements again and again, and find nothing."""
    before = gc.get_threshold()
    gc.set_threshold(_OBJECTS, _ROUNDS, _ROUNDS)
    try:
        yield
    finally:
        gc.set_threshold(*before)
