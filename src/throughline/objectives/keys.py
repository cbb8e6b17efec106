"""Keys: the short names by which files, addresses and people call the parts of a plan."""

from __future__ import annotations

import re
from itertools import count

from django.db import models
from django.utils.text import slugify

from throughline.engine.refusals import Refused

LONGEST_KEY = 80
_KEY = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")


def key_for(model: type[models.Model], given: str, *, title: str) -> str:
    """The key that was given, checked and free, or one made of the title. Raises Refused at `key`."""
    if not given:
        return _free(model, slugify(title)[: LONGEST_KEY - 6].strip("-_") or model.__name__.lower())
    if len(given) > LONGEST_KEY or not _KEY.fullmatch(given):
        raise Refused(
            f"expected a key of small letters, digits and hyphens such as detect-faster, found '{given}'",
            place="key",
        )
    if model._default_manager.filter(key=given).exists():
        raise Refused(f"'{given}' is taken already: choose another key", place="key", code="taken")
    return given


def _free(model: type[models.Model], stem: str) -> str:
    taken = set(model._default_manager.filter(key__startswith=stem).values_list("key", flat=True))
    return next(key for key in (stem if n == 1 else f"{stem}-{n}" for n in count(1)) if key not in taken)
