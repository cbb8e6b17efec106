"""What is said of a scenario, in its types. Raises Refused with the field."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import partial
from typing import Any

from throughline.engine.refusals import Refused, together
from throughline.engine.texts import require_readable
from throughline.risk.models import Scenario

FIRST_YEAR, LAST_YEAR = 1970, 2200
LONGEST = {"statement": 300, "criteria": 5000, "judge": 120, "owner": 120}
MOST_TAGS, LONGEST_TAG = 12, 40
MOST_STEPS, LONGEST_STEP = 8, 200
# Shorter criteria are kept, with a question: few words rarely say what counts and what does not.
FEWEST_FOR_CRITERIA = 20
SEVERAL = re.compile(r"[,;/&+]|\s(?:and|or)\s", re.IGNORECASE)
MISSING = {
    "statement": "say what may happen, in one sentence",
    "criteria": "say how the judge will tell whether it happened, before anybody forecasts",
    "judge": "name the person who will say whether it happened",
}


def checked(given: Mapping[str, Any]) -> dict[str, Any]:
    """The given fields, read: texts, a day, tags and steps as lists. What is wrong is refused all at once."""
    if unknown := [name for name in given if name not in READERS]:
        raise Refused(f"a scenario has no {unknown[0]}", place=unknown[0])
    read = together(*(partial(READERS[name], value) for name, value in given.items()))
    return dict(zip(given, read, strict=True))


def _text(name: str) -> Callable[[object], str]:
    def read(value: object) -> str:
        found = str(value).strip()
        if not found and name in MISSING:
            raise Refused(f"{MISSING[name]}: it is missing", place=name, code="missing")
        if len(found) > LONGEST[name]:
            raise Refused(f"expected at most {LONGEST[name]:,} characters, found {len(found):,}", place=name)
        require_readable(found, place=name)
        if name == "judge":
            _require_one_person(found)
        return found

    return read


def _require_one_person(name: str) -> None:
    if SEVERAL.search(name):
        raise Refused(
            f"one person judges, so that nobody waits for another: name one, found '{name}'",
            place="judge",
            code="several_judges",
        )


def _period(value: object) -> str:
    found = str(value).strip().lower()
    if found not in Scenario.Period.values:
        raise Refused(f"expected month, quarter or year, found '{value}'", place="period")
    return found


def _start(value: object) -> date:
    try:
        found = value if isinstance(value, date) else date.fromisoformat(str(value).strip())
    except ValueError:
        raise Refused(
            f"expected the first day, such as 2027-01-01, found '{value}'", place="start", code="bad_date"
        ) from None
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise Refused(f"expected a year from {FIRST_YEAR} to {LAST_YEAR}, found {found.year}", place="start")
    return found


def _tags(value: object) -> list[str]:
    said = value.split(",") if isinstance(value, str) else _several(value, "tags")
    tags = list(dict.fromkeys(" ".join(str(each).split()).lower() for each in said))
    return _fitting([each for each in tags if each], place="tags", most=MOST_TAGS, longest=LONGEST_TAG)


def _steps(value: object) -> list[str]:
    said = value.splitlines() if isinstance(value, str) else _several(value, "steps")
    steps = [each for each in (" ".join(str(each).split()) for each in said) if each]
    if len(steps) == 1:
        raise Refused(
            "one step is the statement itself: write two or more, one a line, or none", place="steps"
        )
    return _fitting(steps, place="steps", most=MOST_STEPS, longest=LONGEST_STEP)


def _several(value: object, place: str) -> Iterable[object]:
    if not isinstance(value, list | tuple):
        raise Refused(f"expected a list of texts, found {value!r}", place=place)
    return value


def _fitting(texts: list[str], *, place: str, most: int, longest: int) -> list[str]:
    if len(texts) > most:
        raise Refused(f"expected at most {most}, found {len(texts)}", place=place)
    for each in texts:
        require_readable(each, place=place)
        if len(each) > longest:
            raise Refused(f"expected at most {longest} characters each, found {len(each)}", place=place)
    return texts


READERS: Mapping[str, Callable[[object], Any]] = {
    **{name: _text(name) for name in LONGEST},
    "period": _period,
    "start": _start,
    "tags": _tags,
    "steps": _steps,
}
