"""The fields of a key result as a person gives them, before anything is measured."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import chain, count
from math import ceil
from typing import Any

from django.utils.text import slugify

from throughline.engine.language.parsing import parse_measure
from throughline.engine.language.syntax import Duration
from throughline.engine.metrics import define
from throughline.engine.refusals import Refused
from throughline.engine.texts import require_readable
from throughline.engine.windows import judged_at
from throughline.objectives.models import Version

MEASURED = "measured"
LONGEST_TITLE = 240
LONGEST_OWNER = 120
FURTHEST_YEAR = 2200
LARGEST_NUMBER = 1e6


class Undecidable(Refused):
    """A field that keeps the key result from being decided; `field` is its name in the form."""

    def __init__(self, message: str, *, field: str, code: str | None = None) -> None:
        super().__init__(message, place=field, code=code)
        self.field = field


@dataclass(frozen=True, slots=True)
class Phase:
    """A target on the way, as written: to be reached at the end of the day `due`."""

    due: str
    target: str


@dataclass(frozen=True, slots=True)
class Step:
    """One of the weighted steps of a milestone; weights add up to 100."""

    key: str
    title: str
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a person promises.

    `metric` is the name of a metric or of a series, or an expression; `baseline` a number or "measured";
    `target` a number or a change such as "-30%"; `due` the instant at which it is judged. A cadence of 0 is
    the metric's own. `objective` names an objective by its key or its title. Which of the fields decide
    depends on `kind`: baseline and target for move and forecast, the bounds for keep, the steps for
    milestone, the acceptance test for binary.
    """

    kind: str = "move"
    commitment: str = "committed"
    weight: float = 1.0
    metric: str = ""
    where: str = ""
    at: str = ""
    window: str = "period"
    baseline: str = MEASURED
    target: str = ""
    phases: tuple[Phase, ...] = ()
    bound_low: str = ""
    bound_high: str = ""
    allowed_outside: float = 0.0
    steps: tuple[Step, ...] = ()
    acceptance: str = ""
    judge: str = ""
    scale: str = ""
    start: datetime
    due: datetime
    owner: str
    title: str = ""
    objective: str = ""
    cadence_days: int = 0
    why: str = ""
    why_target: str = ""
    how_measured: str = ""


def terms_from(given: Mapping[str, Any]) -> Terms:
    """The terms in texts, dates and numbers of any of the usual types. Raises Undecidable with the field."""
    texts = {name: str(given.get(name) or "").strip() for name in _TEXTS}
    for name, text in texts.items():
        _require_readable(text, name)
    choices = {name: _choice(given.get(name), name) for name in ("kind", "commitment")}
    cadence = _days(given.get("cadence_days") or 0)
    return Terms(
        **texts,
        **choices,
        weight=_number(given.get("weight"), "weight", default=1.0),
        phases=phases_from(given.get("phases")),
        bound_low=_text_of(given.get("bound_low"), default=""),
        bound_high=_text_of(given.get("bound_high"), default=""),
        allowed_outside=_number(given.get("allowed_outside"), "allowed_outside", default=0.0),
        steps=steps_from(given.get("steps")),
        window=str(given.get("window") or "").strip() or fitting_window(texts["metric"]),
        baseline=_text_of(given.get("baseline"), default=MEASURED),
        target=_text_of(given.get("target"), default=""),
        start=instant(given.get("start"), field="start"),
        due=instant(given.get("due"), field="due"),
        cadence_days=cadence,
    )


def _require_readable(text: str, field: str) -> None:
    try:
        require_readable(text, place=field)
    except Refused as refused:
        raise Undecidable(refused.message, field=field, code=refused.code) from refused


_TEXTS = (
    *("metric", "where", "at", "owner", "title", "objective", "acceptance", "judge", "scale"),
    *("why", "why_target", "how_measured"),
)
CHOICES = {"kind": Version.Kind, "commitment": Version.Commitment}


def phases_from(given: object) -> tuple[Phase, ...]:
    """Targets on the way, from lines such as "2026-11-15: 30" or from {"due": …, "target": …}."""
    return tuple(_phase(each) for each in _listed(given, "phases"))


def steps_from(given: object) -> tuple[Step, ...]:
    """Steps, from lines such as "40: The pilot runs" or from {"key": …, "title": …, "weight": …}."""
    found: list[Step] = []
    for each in _listed(given, "steps"):
        found.append(_step(each, taken={step.key for step in found}))
    return tuple(found)


def _listed(given: object, field: str) -> list[Any]:
    if isinstance(given, str):
        return [line.strip() for line in given.splitlines() if line.strip()]
    if given is None or isinstance(given, list | tuple):
        return list(given or ())
    raise Undecidable(f"expected one a line, found {given!r}", field=field)


def _phase(given: object) -> Phase:
    if isinstance(given, Phase):
        return given
    said = _pair(given, ("due", "target"), field="phases", example="2026-11-15: 30")
    try:
        # Read now, so that a day that is none is refused where it was written.
        instant(said[0], field="due")
    except Undecidable as refused:
        raise Undecidable(refused.message, field="phases", code=refused.code) from refused
    return Phase(due=said[0], target=said[1])


def _step(given: object, *, taken: set[str]) -> Step:
    if isinstance(given, Step):
        return given
    weight, title = _pair(given, ("weight", "title"), field="steps", example="40: The pilot runs")
    key = str(given.get("key") or "") if isinstance(given, Mapping) else ""
    return Step(
        key=key or _free(slugify(title)[:80] or "step", taken),
        title=title,
        weight=_number(weight.removesuffix("%"), "steps", default=0.0),
    )


def _pair(given: object, names: tuple[str, str], *, field: str, example: str) -> tuple[str, str]:
    if isinstance(given, Mapping):
        first, second = (
            str(given.get(name) if given.get(name) is not None else "").strip() for name in names
        )
    else:
        first, _, second = (part.strip() for part in str(given).partition(":"))
    if not first or not second:
        raise Undecidable(f"expected '{example}', found '{given}'", field=field)
    return first, second


def _free(key: str, taken: set[str]) -> str:
    """The key, or the first of key-2, key-3, … that is not taken."""
    return next(each for each in chain([key], (f"{key}-{n}" for n in count(2))) if each not in taken)


def _choice(given: object, field: str) -> str:
    values = CHOICES[field].values
    text = str(given or values[0]).strip().lower()
    if text not in values:
        raise Undecidable(f"expected one of {', '.join(values)}, found '{text}'", field=field)
    return text


def _number(given: object, field: str, *, default: float) -> float:
    text = str("" if given is None else given).strip()
    if not text:
        return default
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if not 0 <= number <= LARGEST_NUMBER:
        raise Undecidable(f"expected a number that is not negative, found '{text}'", field=field)
    return number


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


def written(terms: Terms) -> dict[str, Any]:
    """The terms as JSON keeps them, with days for instants; `terms_from` reads it back."""
    plain = asdict(terms)
    return {**plain, "start": _said(terms.start, field="start"), "due": _said(terms.due, field="due")}


def _said(at: datetime, *, field: str) -> str:
    day = at.date() - timedelta(days=1) if field == "due" else at.date()
    return day.isoformat() if instant(day, field=field) == at else at.isoformat()


def changed(terms: Terms, given: Mapping[str, Any]) -> Terms:
    """The terms with the given fields replaced; what is None stays as it was."""
    fresh = {name: value for name, value in given.items() if value is not None}
    return terms_from({**asdict(terms), **fresh})


def number_text(number: float | None) -> str:
    """A stored number as it would be written, empty where there is none."""
    return "" if number is None else repr(number)


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
