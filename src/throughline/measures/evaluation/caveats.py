"""What a reader must know about a figure, in one plain sentence each, with its numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from throughline.engine.language.checked import (
    AverageOpen,
    Calculation,
    CohortFound,
    Column,
    Count,
    Measure,
    PeriodSurvival,
    Scalar,
    Share,
    Statistic,
    Survival,
    Truncated,
    WithinSla,
    spans,
)
from throughline.engine.metrics import Metric
from throughline.measures.evaluation import hidden_caveats
from throughline.measures.evaluation.answers import Row, Warning
from throughline.measures.evaluation.estimates import Figure
from throughline.measures.evaluation.population import demands
from throughline.measures.evaluation.samples import mentions

FEW = 5
Shares = Mapping[str, Mapping[str, float]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What an evaluation found, as far as caveats need it.

    `total` records were looked at, `n_missing` lack what the measure asks for, `n_negative` have dates that
    run backwards; `holds_any` says whether this person sees any record, `ranged` whether a range was asked.
    """

    metric: Metric
    rows: Sequence[Row]
    figures: Sequence[Figure]
    bases: Shares
    left_open: int
    known: bool
    total: int
    n_missing: int
    n_negative: int
    holds_any: bool
    ranged: bool
    # The day since which flaws count that were introduced, where the metric begins with the register.
    first_report: str = ""


def caveats(found: Findings) -> list[Warning]:
    """Every warning that applies, the gravest first."""
    if not found.known:
        return [
            Warning(
                "nothing_known_yet",
                "Nothing was known yet at that date: the first record was learnt of later. Ask as known at a "
                "later date, or import the history with --as-of.",
            )
        ]
    return [
        *_too_large(found),
        *_truncated(found),
        *hidden_caveats.caveats(found.metric, found.figures, first_report=found.first_report),
        *_closed_only(found),
        *_beyond(found),
        *_starts_later(found),
        *_thin(found),
        *_backwards(found),
        *_inferred(found),
        *_running(found),
        *_few(found),
    ]


def rests_on_repairs(measure: Measure) -> bool:
    """Whether it is about the time up to a repair."""
    if isinstance(measure, Survival | PeriodSurvival):
        return measure.end.name == "mitigated"
    return isinstance(measure, Statistic) and mentions(measure.value, "mitigated")


def rekeyed(gone: int, alike: int, sources: Sequence[str]) -> list[Warning]:
    """That some of what scanners saw no more may be there under another key: `alike` of `gone`."""
    if not alike:
        return []
    noun = "finding" if gone == 1 else "findings"
    be = "has one much like it that came: it" if alike == 1 else "have one much like them that came: they"
    message = (
        f"Of {gone:,} {noun} that {' and '.join(sources)} saw no more, {alike:,} ({alike / gone:.0%}) {be} "
        "may not be repaired but known under another key. Decide about them under 'Suspected re-keys'."
    )
    return [Warning("suspected_rekeys", message)]


def is_detection(measure: Measure) -> bool:
    """Whether it is about the time from introduction to identification."""
    if isinstance(measure, Survival):
        return (measure.start.name, measure.end.name) == ("introduced", "identified")
    return isinstance(measure, Statistic) and has_difference(measure.value, "identified", "introduced")


def is_closed_only(measure: Measure) -> bool:
    """Whether it is a plain statistic of mitigated minus something, which the open ones cannot enter."""
    return isinstance(measure, Statistic) and has_difference(measure.value, "mitigated", None)


def leaves_out_open(metric: Metric) -> bool:
    """Whether it is of those only whose time is over: by its measure, or by what it asks of them."""
    if not isinstance(metric.measure, Survival):
        return is_closed_only(metric.measure)
    return demands(metric.condition, metric.measure.end.name)


def has_difference(value: Scalar, later: str, earlier: str | None) -> bool:
    """Whether `later - earlier` occurs in a value; any earlier date where none is named."""
    match value:
        case Calculation("-", Column(left), Column(right)) if left.name == later:
            return earlier is None or right.name == earlier
        case Calculation(_, left_value, right_value):
            return has_difference(left_value, later, earlier) or has_difference(right_value, later, earlier)
    return False


def rests_on(measure: Measure) -> list[str]:
    """The dates with a basis that a measure rests on."""
    named = ("introduced", "identified", "triaged", "mitigated")
    match measure:
        case Statistic(_, value):
            return [name for name in named if mentions(value, name)]
        case Survival(start, end) | PeriodSurvival(start, end):
            return [name for name in named if name in (start.name, end.name)]
        case WithinSla():
            return ["identified", "mitigated"]
        case CohortFound():
            return ["introduced", "identified"]
        case Truncated(_, start, end):
            return [name for name in named if name in (start.name, end.name)]
        case _ if hasattr(measure, "start"):
            return [measure.start.name, "mitigated"]
    return []


def _too_large(found: Findings) -> Iterator[Warning]:
    if groups := sum(figure.too_large for figure in found.figures):
        whose = "The values are" if len(found.figures) == 1 else f"In {groups} groups the values are"
        yield Warning(
            "too_large",
            f"{whose} too large to calculate with, so there is no figure: look for a number that was "
            "mistyped in the data.",
        )


def _truncated(found: Findings) -> Iterator[Warning]:
    if is_detection(found.metric.measure):
        yield Warning(
            "detection_truncated",
            "This counts only what has been found so far, so finding more old flaws raises it even while "
            "detection gets better. Read it beside the number that lie undetected.",
        )


def _closed_only(found: Findings) -> Iterator[Warning]:
    if is_closed_only(found.metric.measure) and found.left_open:
        closed = sum(row.n for row in found.rows)
        yield Warning(
            "closed_only",
            f"This averages the {closed:,} that are repaired and leaves out {_are(found.left_open)} still "
            "open, whose time is not over: it says how long the repaired ones took. "
            "rmst(identified -> mitigated, 90 days) counts them.",
        )
    elif isinstance(found.metric.measure, Survival) and leaves_out_open(found.metric):
        yield Warning(
            "closed_only",
            f"This is of those alone that are {found.metric.measure.end.name}: its condition leaves out the "
            "ones still open, whose time is not over. Without that condition they count.",
        )


def _backwards(found: Findings) -> Iterator[Warning]:
    dates = times_of(found.metric.measure)
    if dates and found.n_negative:
        earlier, later = dates[0]
        one = found.n_negative == 1
        whose = "1 record was" if one else f"{found.n_negative:,} records were"
        yield Warning(
            "runs_backwards",
            f"{whose} {later} before {'it was' if one else 'they were'} {earlier}: counted apart, not in the "
            f"figure. Ask where {later} < {earlier} to see which, and mend the dates at their source.",
        )


def times_of(measure: Measure) -> list[tuple[str, str]]:
    """The earlier and the later date of each time of a record's life that a measure is about."""
    match measure:
        case Statistic(_, asked) | Share(asked):
            return [(earlier.name, later.name) for earlier, later in spans(asked)]
        case Count(condition):
            return [(earlier.name, later.name) for earlier, later in spans(condition)] if condition else []
        case Survival(start, end) | PeriodSurvival(start, end) | Truncated(_, start, end):
            return [(start.name, end.name)]
        case CohortFound():
            return [("introduced", "identified")]
        case WithinSla():
            return [("identified", "mitigated")]
        case AverageOpen(start):
            return [(start.name, "mitigated")]
    return [("identified", "mitigated")]


def _beyond(found: Findings) -> Iterator[Warning]:
    groups = sum(figure.beyond for figure in found.figures)
    if groups and isinstance(found.metric.measure, Survival | PeriodSurvival):
        whose = (
            "The records are"
            if len(found.figures) == 1
            else f"In {groups} of {len(found.figures)} groups they are"
        )
        yield Warning(
            "horizon_beyond_data",
            f"{whose} not followed for {found.metric.measure.horizon:g} days yet, so there is no mean up to "
            "then. Ask for a shorter horizon, or wait.",
        )


def _starts_later(found: Findings) -> Iterator[Warning]:
    if not isinstance(found.metric.measure, PeriodSurvival):
        return
    of = "of the figures" if len(found.figures) > 1 else ""
    never = sum(figure.starts_at is None for figure in found.figures)
    if never:
        whose = f"In {never} {of} fewer" if of else "Fewer"
        yield Warning(
            "few_in_period",
            f"{whose} than five were open at the same age in the period, at any age up to day "
            f"{found.metric.measure.horizon:g}, so there is no mean. Look at a longer period.",
        )
    later = [figure.starts_at for figure in found.figures if figure.starts_at]
    if later:
        whose = f"{len(later)} {of} start" if of else f"The curve starts at day {later[0]:.3g}"
        ages = "at a later age than day 0" if of else "from which five are at risk at once in the period"
        yield Warning(
            "starts_later",
            f"{whose} {ages}: of what is younger it says nothing, so the mean is of those that last so long.",
        )


def _thin(found: Findings) -> Iterator[Warning]:
    days = [figure.thin_from for figure in found.figures if figure.thin_from is not None]
    if not days or not isinstance(found.metric.measure, Survival | PeriodSurvival):
        return
    if len(found.figures) == 1:
        whose = f"From day {days[0]:.0f} on, fewer than five records are followed any longer"
    else:
        groups = "1 of the groups" if len(days) == 1 else f"{len(days)} of the groups"
        whose = f"In {groups} fewer than five records are followed to the end"
    yield Warning(
        "few_at_risk",
        f"{whose}: how the others fare up to day {found.metric.measure.horizon:g} is read off those few. "
        "Ask for a shorter horizon, or wait until more have been open that long.",
    )


def _inferred(found: Findings) -> Iterator[Warning]:
    shares = found.bases.get("introduced", {})
    inferred = shares.get("inferred", 0.0) + shares.get("presumed", 0.0)
    if inferred > 0.5:
        yield Warning(
            "inferred_dates",
            f"{inferred:.0%} of the dates of introduction are inferred or presumed, not reported: each is an "
            "estimate with an error of its own.",
        )


def _running(found: Findings) -> Iterator[Warning]:
    running = sum(figure.running for figure in found.figures)
    if running and isinstance(found.metric.measure, WithinSla):
        yield Warning(
            "window_running",
            f"{_are(running)} left out because the days allowed are not up yet, repaired or not.",
        )


def _few(found: Findings) -> Iterator[Warning]:
    if found.metric.unit == "count" or isinstance(found.metric.measure, Count):
        return
    few = [row for row in found.rows if 0 < row.n < FEW]
    if not few:
        return
    if len(found.rows) == 1:
        yield Warning("small_n", f"This rests on {few[0].n} only: one more can change it a great deal.")
        return
    groups = "1 of the groups rests" if len(few) == 1 else f"{len(few)} of the groups rest"
    yield Warning("small_n", f"{groups} on fewer than {FEW}: one more can change the figure a great deal.")


def _are(number: int) -> str:
    return f"{number:,} that is" if number == 1 else f"{number:,} that are"
