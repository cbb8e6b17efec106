"""Why there is no figure, or one of few: nothing is left to guess where a value is missing."""

from __future__ import annotations

from collections.abc import Iterator

from throughline.engine.language.checked import (
    AverageOpen,
    Calculation,
    CohortFound,
    Column,
    Count,
    OpenAge,
    OpenAtEnd,
    PeriodSurvival,
    Scalar,
    Statistic,
    Survival,
    Truncated,
    WithinSla,
)
from throughline.engine.language.fields import Kind
from throughline.measures.evaluation.answers import Warning
from throughline.measures.evaluation.caveats import Findings, is_closed_only, rests_on
from throughline.measures.evaluation.estimates import Figure

# What happens to a flaw, and so reads as "when it was ...".
HAPPENS = frozenset({"introduced", "identified", "triaged", "accepted", "mitigated"})


def reasons(found: Findings) -> Iterator[Warning]:
    """What keeps every figure of an answer from being one; else what most records lack for it."""
    if not found.known:
        return
    if not found.holds_any:
        yield Warning("no_records", "There are no records yet: import a file first.")
    elif any(row.value is not None for row in found.rows):
        yield from _mostly_undated(found)
    elif not any(_is_told(figure) for figure in found.figures):
        reason = _too_open(found) or _undated(found) or _none_fits(found)
        yield from [reason] if reason else []


def _is_told(figure: Figure) -> bool:
    """Whether a caveat says why a figure is missing."""
    return bool(figure.beyond or figure.too_large or figure.running or figure.starts_at is None)


def _mostly_undated(found: Findings) -> Iterator[Warning]:
    if found.n_missing * 2 > found.total:
        yield Warning(
            "dates_missing",
            f"{found.n_missing:,} of {found.total:,} records do not {_asked(found, plural=True)}, and are "
            "left out.",
        )


def _too_open(found: Findings) -> Warning | None:
    measure, n = found.metric.measure, sum(row.n for row in found.rows)
    if is_closed_only(measure) and found.total and found.left_open and not n:
        return Warning("too_open", f"{_none_of(found.left_open)} is mitigated yet, so there is no figure.")
    if isinstance(measure, Survival) and measure.horizon is None and n:
        few = f"Fewer than half of the {n:,} are {measure.end.name} so far"
        return Warning("too_open", f"{few}, so there is no median yet.")
    return None


def _undated(found: Findings) -> Warning | None:
    if not found.n_missing:
        return None
    none = _none_of(found.n_missing)
    return Warning("no_dates", f"{none} {_asked(found, plural=False)}, so there is no figure.")


def _none_fits(found: Findings) -> Warning | None:
    if found.total:
        return None
    at = found.metric.at
    within = f" was {at.name} in this range" if at and found.ranged else " is among those asked for"
    return Warning("none_fits", f"No record that fits the condition{within}.")


def _none_of(number: int) -> str:
    return f"None of the {number:,} records" if number > 1 else "No record"


def _asked(found: Findings, *, plural: bool) -> str:
    """What a record must say to be in the figure, as a verb with its object."""
    dates = _dates(found)
    if not dates:
        return "have what it asks for" if plural else "has what it asks for"
    verb, they = ("say", "they were") if plural else ("says", "it was")
    *said, last = [f"when {they} {date}" if date in HAPPENS else f"a date for '{date}'" for date in dates]
    both = {1: "", 2: "both "}.get(len(dates), "together ")
    return f"{verb} {both}{', '.join(said)}{' and ' if said else ''}{last}"


def _dates_in(value: Scalar) -> list[str]:
    """The dates that a value is made with, each once."""
    match value:
        case Column(field):
            return [field.name] if field.kind is Kind.DATE else []
        case Calculation(_, left, right):
            return list(dict.fromkeys((*_dates_in(left), *_dates_in(right))))
    return []


def _dates(found: Findings) -> list[str]:
    match found.metric.measure:
        case Survival(start, end) | PeriodSurvival(start, end):
            # What is not repaired yet is open and lacks nothing; a decision without its date does.
            return [start.name, *([end.name] if end.name == "triaged" else [])]
        case Statistic(_, value) as measure:
            return list(dict.fromkeys((*rests_on(measure), *_dates_in(value))))
        case CohortFound() as measure:
            return rests_on(measure)
        case Truncated(_, start, end):
            return [start.name, end.name]
        case AverageOpen(start):
            return [start.name]
        case OpenAge() | OpenAtEnd() | WithinSla():
            return ["identified"]
        case Count():
            return [found.metric.at.name] if found.metric.at else []
    return []
