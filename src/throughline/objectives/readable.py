"""Whether each field can be read at all, whatever the others say: a field is scolded for itself only."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from throughline.engine.bounds import Bound
from throughline.engine.key_results import amount_from
from throughline.engine.windows import parse_window
from throughline.objectives import kinds
from throughline.objectives.aims import beside
from throughline.objectives.baselines import given_number
from throughline.objectives.models import Version
from throughline.objectives.subjects import subject_of
from throughline.objectives.terms import MEASURED, Undecidable, terms_from

# Any two days: what is read beside them is another field.
_DAYS = {"start": "2026-01-01", "due": "2026-12-31"}
# Fields that say by themselves what is wrong with them.
_ALONE = ("weight", "allowed_outside", "steps", "phases", "cadence_days")


def unreadable(given: Mapping[str, Any]) -> dict[str, str]:
    """What cannot be read in whichever field, by its name; nothing for a field that is empty."""
    found: dict[str, str] = {}
    for read in _readers(given):
        try:
            read()
        except Undecidable as refused:
            found.setdefault(refused.field, refused.message)
    return found


def unreadable_slice(given: Mapping[str, Any]) -> dict[str, str]:
    """What is wrong with a slice while the metric that it is a slice of is not known yet."""
    where = str(given.get("where") or "").strip()
    try:
        subject_of("count()", where=where)
    except Undecidable as refused:
        return {"where": refused.message} if refused.field == "where" else {}
    return {}


def _readers(given: Mapping[str, Any]) -> Iterator[Callable[[], object]]:
    kind = str(given.get("kind") or Version.Kind.MOVE)
    texts = {
        name: str(value).strip()
        for name, value in given.items()
        if value not in (None, "") and (kind not in kinds.FIELDS or _counts(name, kind))
    }
    for name in ("start", "due", *(each for each in _ALONE if each in texts)):
        yield partial(terms_from, {**_DAYS, name: given.get(name) or _DAYS.get(name)})
    if window := texts.get("window"):
        yield lambda: beside("window", lambda: parse_window(window))
    if baseline := texts.get("baseline"):
        yield lambda: baseline.lower() == MEASURED or _number(baseline, "baseline")
    if target := texts.get("target"):
        # Of some baseline in some unit: whether it fits this metric is asked once that is known.
        yield lambda: beside("target", lambda: amount_from(target, 1.0, unit="", better="lower"))
    yield lambda: _bounds(texts)


def _counts(name: str, kind: str) -> bool:
    return name not in kinds.DECIDING or kinds.has(kind, name)


def _number(text: str, field: str) -> float:
    """A number or a percentage, which some unit would take."""
    return given_number(text.removesuffix("%"), unit="", field=field)


def _bounds(texts: Mapping[str, str]) -> None:
    sides = {name: _number(texts[name], name) for name in ("bound_low", "bound_high") if name in texts}
    # 80 % and 0.9 are told apart where the unit is known.
    if len(sides) == 2 and texts["bound_low"].endswith("%") == texts["bound_high"].endswith("%"):
        beside("bound_high", lambda: Bound(low=sides["bound_low"], high=sides["bound_high"]))
