"""The catalogue by question, each metric with its figure of late."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from throughline.accounts.access import Scope
from throughline.engine.calendar import period_of
from throughline.engine.definitions import Definition
from throughline.engine.metrics import READY_MADE
from throughline.engine.refusals import Refused
from throughline.measures import queries
from throughline.measures.asking import Question
from throughline.measures.evaluation.answers import Result, Row
from throughline.measures.ranges import Range, range_of

QUESTIONS: Sequence[tuple[str, tuple[str, ...]]] = (
    (
        "How fast do we repair?",
        (
            "time_to_remediate",
            "time_to_remediate_median",
            "time_to_remediate_period",
            "within_sla",
            "time_to_remediate_closed_only_90",
            "time_to_remediate_closed_only",
            "time_to_remediate_median_closed_only",
        ),
    ),
    (
        "How fast do we find?",
        (
            "time_to_detect",
            "time_to_detect_median",
            "time_to_detect_truncated",
            "found_within_a_year",
            "cohort_found_within_90_days",
            "latent_open_average",
        ),
    ),
    (
        "How much is open, and how old is it?",
        ("known_open_average", "severe_open_average", "open_at_end", "open_age_median"),
    ),
    ("What comes in, what goes out?", ("arrivals", "closures", "critical_arrivals", "introductions")),
    (
        "How fast do we decide?",
        ("time_to_triage", "time_to_triage_closed_only_30", "time_to_triage_closed_only"),
    ),
    ("How good are the findings?", ("precision", "findings", "dated_introduction", "awards_total")),
)
QUARTERS = 8
RANGE = "last-12-months"


@dataclass(frozen=True, slots=True)
class Card:
    """A metric on the shelf: its figure over the last twelve months, and its course by quarter."""

    definition: Definition
    address: str
    unit: str = ""
    row: Row | None = None
    # What the figure looks at, and why there is none where there is none.
    of: str = ""
    why: str = ""
    values: tuple[float | None, ...] = ()


def shelf() -> Iterator[tuple[str, list[Card]]]:
    """Every metric by the question it answers."""
    placed = {name for _, names in QUESTIONS for name in names}
    for question, names in QUESTIONS:
        yield question, [_card(READY_MADE[name]) for name in names if name in READY_MADE]
    rest = [_card(each) for name, each in READY_MADE.items() if name not in placed]
    if rest:
        yield "And also", rest


def _card(definition: Definition) -> Card:
    question = Question(metric=definition.name, by=("quarter",), range=Range(RANGE))
    return Card(definition, question.address())


def with_figures(cards: Sequence[Card], *, scope: Scope, now: datetime) -> list[Card]:
    """The cards with their figures, all over one range, so that one may be read beside another."""
    return [_with_figure(card, scope=scope, now=now) for card in cards]


def _with_figure(card: Card, *, scope: Scope, now: datetime) -> Card:
    within = range_of(RANGE, since="", until="", now=now)
    first = period_of("quarter", now - timedelta(days=91 * (QUARTERS - 1))).start
    try:
        whole = queries.evaluate(
            card.definition, scope=scope, now=now, since=within.since, until=within.until
        )
        course = queries.evaluation(card.definition, scope=scope, now=now, by=("quarter",), since=first).bare
    except Refused as refused:
        return replace(card, why=refused.message)
    row = whole.rows[0] if whole.rows else None
    told = row is not None and row.value is not None
    return replace(
        card,
        unit=whole.unit,
        row=row if told else None,
        of=_looked_at(whole),
        why="" if told else next((warning.message for warning in reversed(whole.warnings)), ""),
        values=tuple(each.value for each in course.rows),
    )


def _looked_at(result: Result) -> str:
    if result.definition["at"]:
        return f"{result.definition['at']} in the last 12 months"
    is_average = str(result.definition["measure"]).startswith("average")
    return "over the last 12 months" if is_average else "today"
