"""What a candidate may say, read from texts as people write them; every refusal names its field."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from throughline.engine.refusals import Refused
from throughline.engine.texts import require_readable
from throughline.objectives.effects import change_from, check_change, units_of
from throughline.objectives.models import Cycle, Goal, Initiative, KeyResult, Objective
from throughline.portfolio.models import Candidate
from throughline.portfolio.numbers import Range, range_of, require_order, share_of

RANGES = ("effort", "duration", "delay", "reach")
ENDS = tuple(f"{name}_{end}" for name in RANGES for end in ("low", "high"))
NAMES = (
    *("title", "narrative", "objective", "goal", *ENDS, "delay_profile", "deadline", "delay_fades"),
    *("confidence", "kinds", "must"),
)
LONGEST = {"title": 240, "narrative": 2000}
# The kinds of which a balance usually asks for a share; a team may have others.
USUAL_KINDS = ("perceived-risk", "developer-experience", "big-bet")
LARGEST_CHANGE = 1e12
_KIND = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")
_OF_A_KIND = re.compile(r"\s*([^\s=:]+)\s*(?:[=:\s]\s*(.+))?")
_Profile = Initiative.DelayProfile


def checked(cycle: Cycle, given: Mapping[str, Any]) -> dict[str, Any]:
    """Every field of a candidate in its type; numbers may be texts. Raises Refused with the field."""
    found: dict[str, Any] = {name: _said(given.get(name), name) for name in LONGEST}
    if not found["title"]:
        raise Refused("say in one line what would be done", place="title", code="missing")
    found["objective"] = _part(cycle.objectives.filter(archived_at=None), given, "objective")
    found["goal"] = _part(Goal.objects.filter(archived_at=None), given, "goal")
    for name in RANGES:
        found[f"{name}_low"], found[f"{name}_high"] = range_of(given, name) or (None, None)
    found |= _delay(given, is_costed=found["delay_low"] is not None)
    confidence = given.get("confidence")
    found["confidence"] = (
        0.8 if confidence in (None, "") else share_of(confidence, place="confidence", what="a confidence")
    )
    found["kinds"] = kinds_of(given.get("kinds") or {})
    found["must"] = given.get("must") in (True, "on", "yes", "true", "1")
    return found


def value_of(candidate: Candidate, name: str) -> Any:
    """A field as it is stored, by the name that it is given by."""
    return getattr(candidate, name)


def kinds_of(given: Mapping[str, Any] | str) -> dict[str, float]:
    """Shares of the effort by kind, from a mapping or from one line each. Raises Refused at `kinds`.

    >>> kinds_of("big-bet\\nperceived-risk 40 %")
    {'big-bet': 1.0, 'perceived-risk': 0.4}
    """
    pairs = given.items() if isinstance(given, Mapping) else _pairs(given)
    found: dict[str, float] = {}
    for kind, share in pairs:
        if len(kind) > 80 or not _KIND.fullmatch(kind):
            raise Refused(
                f"expected a kind of small letters, digits and hyphens such as big-bet, found '{kind}'",
                place="kinds",
                code="bad_kind",
            )
        if kind in found:
            raise Refused(f"{kind} is said twice: keep one", place="kinds", code="twice")
        found[kind] = share_of(share, place="kinds")
    return found


def impacts_of(cycle: Cycle, given: Mapping[Any, tuple[Any, Any]]) -> dict[int, Range]:
    """The changes of key results by their numbers; a row that is left empty is none.

    `given` is by number or key, in the unit of each: of a share 10 and 10 % are ten percentage points; a
    number that is no text is as it is stored. Raises Refused at such as `low_7`, by what each is given by.
    """
    key_results = {
        name: each
        for each in KeyResult.objects.filter(objective__cycle=cycle, dropped_at=None).select_related(
            "objective__cycle"
        )
        for name in (each.pk, each.key)
    }
    said = {key: ends for key, ends in given.items() if any(_is_said(each) for each in ends)}
    if unknown := [key for key in said if key not in key_results]:
        raise Refused(
            f"there is no key result '{unknown[0]}' in {cycle.title}", place="impacts", code="unknown"
        )
    units = units_of({key_results[key] for key in said})
    return {
        key_results[key].pk: _change(ends, units[key_results[key].pk], named=key)
        for key, ends in said.items()
    }


def _change(ends: tuple[Any, Any], unit: str, *, named: object) -> Range:
    low, high = (each if _is_said(each) else other for each, other in (ends, reversed(ends)))
    places = f"low_{named}", f"high_{named}"
    found = [_one(end, unit, place) for end, place in zip((low, high), places, strict=True)]
    require_order(found[0], found[1], place=places[1])
    return found[0], found[1]


def _one(value: Any, unit: str, place: str) -> float:
    if isinstance(value, str):
        change = change_from(value.replace(",", "."), unit, place=place)
    else:
        change = float(value)
        check_change(change, unit, place=place)
    if abs(change) > LARGEST_CHANGE:
        raise Refused(f"expected a change of at most {LARGEST_CHANGE:,.0f}", place=place)
    return change


def _is_said(value: Any) -> bool:
    return value is not None and str(value).strip() != ""


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    for line in re.split(r"[\n;]", text):
        if line.strip():
            found = _OF_A_KIND.fullmatch(line.strip().lower())
            assert found is not None
            yield found[1], found[2] or "1"


def _said(text: Any, name: str) -> str:
    found = str(text or "").strip()
    if len(found) > LONGEST[name]:
        raise Refused(f"expected at most {LONGEST[name]:,} characters, found {len(found):,}", place=name)
    require_readable(found, place=name)
    return found


def _part(among: Any, given: Mapping[str, Any], name: str) -> Any:
    """The objective or goal that is named by its key, or is one already."""
    said = given.get(name)
    if said in (None, "") or isinstance(said, Objective | Goal):
        return said or None
    found = among.filter(key=str(said)).first()
    if found is None:
        raise Refused(f"there is no {name} '{said}' to choose here", place=name, code="unknown")
    return found


def _delay(given: Mapping[str, Any], *, is_costed: bool) -> dict[str, Any]:
    profile = str(given.get("delay_profile") or _Profile.CONSTANT)
    if profile not in _Profile.values:
        raise Refused(
            f"expected one of {', '.join(_Profile.values)}, found '{profile}'", place="delay_profile"
        )
    deadline = _day(given.get("deadline")) if profile == _Profile.DEADLINE else None
    fades = given.get("delay_fades") if profile == _Profile.DECAYING else None
    if is_costed and profile == _Profile.DEADLINE and deadline is None:
        raise Refused("a cost that begins at a deadline needs its day, such as 2027-02-15", place="deadline")
    if is_costed and profile == _Profile.DECAYING and fades in (None, ""):
        raise Refused("say which part each week costs less, such as 10 %", place="delay_fades")
    found = share_of(fades, place="delay_fades", what="a part") if fades not in (None, "") else None
    if found is not None and found > 0.99:
        raise Refused(
            "expected at most 99 %: what costs nothing after a week is no cost", place="delay_fades"
        )
    return {"delay_profile": profile, "deadline": deadline, "delay_fades": found}


def _day(given: Any) -> date | None:
    if given in (None, "") or isinstance(given, date):
        return given or None
    try:
        return date.fromisoformat(str(given).strip())
    except ValueError:
        raise Refused(
            f"expected a day such as 2027-02-15, found '{given}'", place="deadline", code="bad_day"
        ) from None
