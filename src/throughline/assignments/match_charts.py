"""The charts of the match: loads by person, where the weeks go, and the plan at every mix of the weights."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from throughline.assignments.asking import Asked
from throughline.assignments.differing import Difference, differences
from throughline.assignments.documents import shown_at
from throughline.assignments.saying import listed, quoted
from throughline.assignments.serving import objectives_of
from throughline.assignments.spreading import NOWHERE, Part
from throughline.assignments.wishing import query_of
from throughline.charts import Chart
from throughline.charts.match import Load, Slice, loads, slices
from throughline.charts.ternary import Cell, Shares, Spot, Ternary, ternary
from throughline.engine.matching import TERMS, TOSS_UP, Weights

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
TONES = tuple(f"series-{number}" for number in range(1, 7))
# The same tone comes again, paler: so many plans are told apart, and most questions have fewer.
STRENGTHS = (0.85, 0.5, 0.25)
LABELLED = 9


@dataclass(frozen=True, slots=True)
class OnePlan:
    """A plan of the triangle: its letter, at how many points it is shown, and how it differs."""

    letter: str
    points: int
    share: float
    says: str
    at: Shares


@dataclass(frozen=True, slots=True)
class Drawn:
    """The triangle drawn, and its plans, that of most points first."""

    plot: Ternary
    plans: tuple[OnePlan, ...]


def loads_of(asked: Asked, document: Mapping[str, Any]) -> Chart:
    """The weeks of each person by what they are for."""
    served = objectives_of(asked.works.values())
    titles = dict(asked.cycle.objectives.order_by("pk").values_list("key", "title"))
    return loads(
        [
            Load(
                person=each["name"],
                capacity=each["capacity"],
                pieces=tuple(_pieces(asked, document, each["id"], served, titles)),
            )
            for each in document["people"]
        ],
        title="Weeks by person",
        every=[*titles.values(), NOWHERE],
    )


def _pieces(
    asked: Asked,
    document: Mapping[str, Any],
    person: str,
    served: Mapping[int, str],
    titles: Mapping[str, str],
) -> Iterator[tuple[str, str, float]]:
    for row in document["plan"]:
        if row["person"] == person and row["work"] in asked.works:
            work = asked.works[row["work"]]
            aim = titles.get(served.get(work.pk, ""), NOWHERE)
            yield asked.titles[row["work"]], aim, work.weeks or 0.0


def spread_chart(
    parts: Sequence[Part], *, title: str, of: str, asked_for: Mapping[str, float] | None = None
) -> Chart:
    """Where the weeks go, beside the shares that are asked for."""
    wanted = asked_for or {}
    found = [
        Slice(title=each.title, weeks=each.weeks, share=each.share, at_least=wanted.get(each.key))
        for each in parts
    ]
    return slices(found, title=title, of=of)


def triangle_of(
    asked: Asked,
    document: Mapping[str, Any],
    *,
    stated: Sequence[Mapping[str, Any]] | None,
    tried: Weights | None,
    address: str,
) -> Drawn:
    """A plan at each of the points, the same plan in the same colour; points are links.

    `stated` is the plan by the stated weights, which need not be those of a point; None is not known yet.
    Where the best plan and its neighbour are a toss-up, the neighbour stands for both.
    """
    points = document["points"]
    best = len({each["plan"] for each in points})
    counts = Counter(map(shown_at, points))
    order = [plan for plan, _ in counts.most_common()]
    rank = {plan: place for place, plan in enumerate(order)}
    plans = tuple(
        OnePlan(
            letter=_letter(place),
            points=counts[plan],
            share=counts[plan] / len(points),
            says=_beside(asked, stated, document["plans"][plan]),
            at=_middle([_shares(each) for each in points if shown_at(each) == plan]),
        )
        for place, plan in enumerate(order)
    )
    cells = [_cell(each, rank[shown_at(each)], address) for each in points]
    plot = ternary(
        [*_letters(plans), *_marks(asked.weights, tried)],
        title="A best plan at every mix of the weights",
        summary=f"{_summary(plans, best)} Choose a point to see its plan.",
        columns=("Of all mixes", "Beside the plan by the stated weights"),
        cells=cells,
    )
    return Drawn(plot, plans)


def _summary(plans: Sequence[OnePlan], best: int) -> str:
    """How many plans are the best somewhere, and how many colours stand for them."""
    if best == 1:
        return "One plan is the best at every mix of the weights."
    most = f"plan {plans[0].letter} at {plans[0].share:.0%} of mixes"
    if len(plans) == best:
        return f"{best} plans are the best somewhere; {most}."
    stand = "one stands for them" if len(plans) == 1 else f"{len(plans)} stand for them"
    near = f"each within {TOSS_UP:g} of the best, a toss-up"
    return f"{best} plans are the best somewhere; {stand}, {near}; {most}."


def _letters(plans: Iterable[OnePlan]) -> Iterator[Spot]:
    for place, each in enumerate(plans):
        yield Spot(
            weights=each.at,
            name=f"Plan {each.letter}",
            label=each.letter if place < LABELLED else "",
            size=2.0,
            said=(f"{each.share:.0%}", each.says),
        )


def _marks(stated: Weights, tried: Weights | None) -> Iterator[Spot]:
    yield Spot(
        weights=stated.each, name="Stated weights", label="stated", shape="diamond", said=("", "as it is")
    )
    if tried is not None:
        yield Spot(weights=tried.each, name="These weights", label="here", shape="ring", said=("", ""))


def _cell(point: Mapping[str, Any], rank: int, address: str) -> Cell:
    shares = _shares(point)
    said = ", ".join(f"{name} {share:.2f}" for name, share in zip(TERMS, shares, strict=True))
    is_told = rank < len(TONES) * len(STRENGTHS)
    return Cell(
        weights=shares,
        name=f"Plan {_letter(rank)}: {said}",
        tone=TONES[rank % len(TONES)] if is_told else "ink",
        strength=STRENGTHS[rank // len(TONES)] if is_told else 0.12,
        href=f"{address}?{query_of((), Weights(*shares))}#weights",
    )


def _letter(place: int) -> str:
    """A, B, … Z, A2, B2, …"""
    turn, at = divmod(place, len(LETTERS))
    return LETTERS[at] + (str(turn + 1) if turn else "")


def _shares(point: Mapping[str, Any]) -> Shares:
    return float(point["business"]), float(point["interest"]), float(point["growth"])


def _distance(one: Shares, other: Shares) -> float:
    return sum((a - b) ** 2 for a, b in zip(one, other, strict=True))


def _middle(found: Sequence[Shares]) -> Shares:
    """The point of a region that is nearest to its middle."""
    business, interest, growth = (sum(each[axis] for each in found) / len(found) for axis in range(3))
    return min(found, key=lambda each: _distance(each, (business, interest, growth)))


def _beside(
    asked: Asked, before: Sequence[Mapping[str, Any]] | None, after: Sequence[Mapping[str, Any]]
) -> str:
    if before is None:
        return "not known yet"
    return "; ".join(said_of(asked, each) for each in differences(before, after)) or "it is that plan"


def said_of(asked: Asked, each: Difference) -> str:
    """What changes for one person, as a sentence without its full stop."""
    gets, lost = (
        listed([quoted(asked.titles.get(one, one)) for one in some]) for some in (each.gets, each.gives_up)
    )
    name = asked.people[each.person].name if each.person in asked.people else "Somebody who left"
    parts = [f"gets {gets}" if gets else "", f"gives up {lost}" if lost else ""]
    return f"{name} {' and '.join(filter(None, parts))}"
