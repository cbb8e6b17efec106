"""The catalogue by question, each metric with its figure of late."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from throughline.accounts.access import Scope
from throughline.engine.calendar import period_of
from throughline.engine.definitions import Definition
from throughline.engine.metrics import READY_MADE
from throughline.engine.refusals import Refused
from throughline.measures import queries
from throughline.measures.asking import Question

QUESTIONS: Sequence[tuple[str, tuple[str, ...]]] = (
    (
        "How fast do we repair?",
        (
            "time_to_remediate",
            "time_to_remediate_median",
            "within_sla",
            "time_to_remediate_closed_only",
            "time_to_remediate_median_closed_only",
        ),
    ),
    ("How fast do we find?", ("time_to_detect", "time_to_detect_median", "latent_open_average")),
    (
        "How much is open, and how old is it?",
        ("known_open_average", "severe_open_average", "open_at_end", "open_age_median"),
    ),
    ("What comes in, what goes out?", ("arrivals", "closures", "critical_arrivals", "introductions")),
    ("How fast do we decide?", ("time_to_triage", "time_to_triage_closed_only")),
    ("How good are the findings?", ("precision", "findings", "dated_introduction", "awards_total")),
)
QUARTERS = 8


@dataclass(frozen=True, slots=True)
class Card:
    """A metric on the shelf. `values` are of the last quarters, the running one last."""

    definition: Definition
    address: str
    unit: str = ""
    values: tuple[float | None, ...] = ()
    period: str = ""

    @property
    def last(self) -> float | None:
        return next((value for value in reversed(self.values) if value is not None), None)


def shelf() -> Iterator[tuple[str, list[Card]]]:
    """Every metric by the question it answers."""
    placed = {name for _, names in QUESTIONS for name in names}
    for question, names in QUESTIONS:
        yield question, [_card(READY_MADE[name]) for name in names if name in READY_MADE]
    rest = [_card(each) for name, each in READY_MADE.items() if name not in placed]
    if rest:
        yield "And also", rest


def _card(definition: Definition) -> Card:
    return Card(definition, Question(metric=definition.name, by=("quarter",)).address())


def with_figures(cards: Sequence[Card], *, scope: Scope, now: datetime) -> list[Card]:
    """The cards with the figures of the last quarters."""
    since = period_of("quarter", now - timedelta(days=91 * (QUARTERS - 1))).start
    return [_with_figure(card, scope=scope, now=now, since=since) for card in cards]


def _with_figure(card: Card, *, scope: Scope, now: datetime, since: datetime) -> Card:
    try:
        result = queries.evaluate(card.definition, scope=scope, now=now, by=("quarter",), since=since)
    except Refused:
        return card
    values = tuple(row.value for row in result.rows)
    labelled = [row.group["quarter"] for row in result.rows if row.value is not None]
    return Card(card.definition, card.address, result.unit, values, labelled[-1] if labelled else "")
