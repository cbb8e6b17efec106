"""The fields of a key result as a person gives them, before anything is measured."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time
from math import ceil
from typing import Any

from throughline.engine.language.parsing import parse_measure
from throughline.engine.language.syntax import Duration
from throughline.engine.metrics import define
from throughline.engine.refusals import Refused
from throughline.engine.windows import judged_at

MEASURED = "measured"
LONGEST_TITLE = 240
LONGEST_OWNER = 120
FURTHEST_YEAR = 2200


class Undecidable(Refused):
    """A field that keeps the key result from being decided; `field` is its name in the form."""

    def __init__(self, message: str, *, field: str, code: str | None = None) -> None:
        super().__init__(message, place=field, code=code)
        self.field = field


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a person promises.

    `metric` is the name of a metric or an expression; `baseline` a number or "measured"; `target` a number
    or a change such as "-30%"; `due` the instant at which it is judged. A cadence of 0 is the metric's own.
    """

    metric: str
    where: str = ""
    at: str = ""
    window: str = "period"
    baseline: str = MEASURED
    target: str
    start: datetime
    due: datetime
    owner: str
    title: str = ""
    objective: str = ""
    cadence_days: int = 0


def terms_from(given: Mapping[str, Any]) -> Terms:
    """The terms in texts, dates and numbers of any of the usual types. Raises Undecidable with the field."""
    texts = {name: str(given.get(name) or "").strip() for name in _TEXTS}
    cadence = _days(given.get("cadence_days") or 0)
    return Terms(
        **texts,
        window=str(given.get("window") or "").strip() or fitting_window(texts["metric"]),
        baseline=_text_of(given.get("baseline"), default=MEASURED),
        target=_text_of(given.get("target"), default=""),
        start=instant(given.get("start"), field="start"),
        due=instant(given.get("due"), field="due"),
        cadence_days=cadence,
    )


_TEXTS = ("metric", "where", "at", "owner", "title", "objective")


def fitting_window(metric: str) -> str:
    """The period, or twice the horizon of a restricted mean: a shorter one says nothing for weeks.

    >>> fitting_window("time_to_remediate"), fitting_window("arrivals"), fitting_window("no_such")
    ('180 days', 'period', 'period')
    """
    try:
        call = parse_measure(define(metric).measure)
    except Refused:
        return "period"
    horizons = [part.days for part in call.arguments if isinstance(part, Duration)]
    return f"{ceil(2 * horizons[0])} days" if call.name == "rmst" and horizons else "period"


def changed(terms: Terms, given: Mapping[str, Any]) -> Terms:
    """The terms with the given fields replaced; what is None stays as it was."""
    fresh = {name: value for name, value in given.items() if value is not None}
    return terms_from({**asdict(terms), **fresh})


def instant(given: object, *, field: str) -> datetime:
    """A date as the instant it stands for: a start is the day's beginning, a due date the day's end.

    >>> instant("2026-12-31", field="start").isoformat(), instant("2026-12-31", field="due").isoformat()
    ('2026-12-31T00:00:00+00:00', '2027-01-01T00:00:00+00:00')
    """
    if isinstance(given, str):
        given = _read(given.strip(), field)
    if isinstance(given, datetime):
        return _aware(given)
    if isinstance(given, date):
        return judged_at(given) if field == "due" else datetime.combine(given, time(), UTC)
    raise Undecidable(f"expected a date such as 2026-12-31, found {given!r}", field=field, code="bad_date")


def _read(text: str, field: str) -> date | datetime:
    try:
        found = date.fromisoformat(text) if len(text) == 10 else datetime.fromisoformat(text)
    except ValueError:
        message = f"expected a date such as 2026-12-31, found '{text}'" if text else "a date is missing"
        raise Undecidable(message, field=field, code="bad_date") from None
    if not 1970 <= found.year <= FURTHEST_YEAR:
        raise Undecidable(
            f"expected a year between 1970 and {FURTHEST_YEAR}, found {found.year}",
            field=field,
            code="bad_date",
        )
    return found


def _aware(given: datetime) -> datetime:
    return given.replace(tzinfo=UTC) if given.tzinfo is None else given.astimezone(UTC)


def _text_of(given: object, *, default: str) -> str:
    if given is None or given == "":
        return default
    return repr(given) if isinstance(given, float) else str(given).strip()


def _days(given: object) -> int:
    try:
        days = int(str(given))
    except ValueError:
        days = -1
    if not 0 <= days <= 366:
        raise Undecidable(
            f"expected between 1 and 366 days between two measurements, found '{given}'", field="cadence_days"
        )
    return days
