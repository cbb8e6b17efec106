"""The answer as the page shows it: one sentence, two charts, prices, and what one more buys."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from throughline.charts import Chart
from throughline.charts.portfolio import DELAYS, Spot, frontier, scatter
from throughline.engine.priorities import Candidate
from throughline.portfolio.asked import Asked
from throughline.portfolio.saying import percent, points, weeks
from throughline.portfolio.stored import Stored
from throughline.risk import amounts

COLUMNS = (
    "Candidate",
    "Place",
    "Person-weeks",
    "Points if it works",
    "Confidence",
    "Delay a week",
    "Best choice",
)


def sentence(asked: Stored, document: Mapping[str, Any] | None) -> str:
    """What the page says first."""
    count = len(asked.candidates)
    if not count:
        return "There is nothing to choose from yet."
    candidates = f"{count} candidate{'s' if count != 1 else ''}"
    if not asked.document["candidates"]:
        return f"{candidates}, none with an effort yet: nothing can be chosen."
    if document is None and asked.is_asked:
        return f"{candidates}: what fits is being worked out."
    if document is None:
        return f"{candidates}, and no capacity to choose under yet."
    chosen, left = document["portfolio"], document["capacity"]["left"]
    if not chosen["feasible"]:
        return f"No choice of the {candidates} meets all rules. {chosen['says']}"
    said = f"{len(chosen['chosen'])} of {candidates} fit in {_number(chosen['effort'])} of {weeks(left)}"
    if claimed := document["capacity"]["claimed"]:
        said += f" ({weeks(claimed)} are claimed by goals)"
    said += f"; together they are worth {points(chosen['net'])}{_of_all(document)}"
    if draws := document["draws"]:
        said += f", and the work takes no longer in {percent(draws['fits']['probability'])} of the draws"
    return f"{said}."


def drawn(asked: Asked, document: Mapping[str, Any]) -> Chart:
    """Candidates by effort and impact."""
    rows = {each["key"]: each for each in document["candidates"]}
    delays = _delays(asked.candidates)
    spots = [_spot(each, rows[each.key], delays[each.key]) for each in asked.candidates]
    spots.sort(key=lambda each: each.rank)
    top = spots[0]
    return scatter(
        spots,
        title="Impact by effort",
        summary=(
            f"Most for a person-week brings '{top.title}': {points(top.impact)} if it works, for "
            f"{weeks(top.effort)}. Numbers are places, filled is chosen, the larger the surer."
        ),
        columns=COLUMNS,
    )


def beside(stated: Mapping[str, Any], document: Mapping[str, Any], *, is_alike: bool) -> str:
    """What a what-if changes; values are compared only where the same things are worth the same."""
    before, after = stated["portfolio"], document["portfolio"]
    if not before["feasible"] or not after["feasible"]:
        return ""
    enters = [key for key in after["chosen"] if key not in before["chosen"]]
    leaves = [key for key in before["chosen"] if key not in after["chosen"]]
    said = [
        f"{_names(document, enters)} {'come' if len(enters) > 1 else 'comes'} in" if enters else "",
        f"{_names(document, leaves)} {'go' if len(leaves) > 1 else 'goes'} out" if leaves else "",
    ]
    moved = " and ".join(filter(None, said)) or "the same is chosen"
    gain = after["net"] - before["net"]
    worth = ""
    if is_alike and abs(gain) > 1e-9:
        worth = f", worth {points(abs(gain))} {'more' if gain > 0 else 'less'}"
    return f"Beside the stated rules {moved}{worth}."


def frontier_of(document: Mapping[str, Any]) -> Chart | None:
    """The best value by capacity."""
    steps = [(each["capacity"], each["net"]) for each in document["frontier"]]
    chosen = document["portfolio"]
    if len(steps) < 2 or not chosen["feasible"]:
        return None
    left = document["capacity"]["left"]
    return frontier(
        steps,
        at=(left, chosen["net"]),
        title="The best value by capacity",
        summary=(
            f"With {weeks(left)} the best is {points(chosen['net'])}; "
            f"with {weeks(steps[-1][0])} it would be {points(steps[-1][1])}."
        ),
    )


def bought(document: Mapping[str, Any]) -> Iterator[str]:
    """What one more person-week and one more person buy, a sentence each."""
    for name, more in (document["more"] or {}).items():
        what = (
            "One person-week more"
            if name == "person_week"
            else f"One person more ({_number(more['weeks'])} person-weeks)"
        )
        if not more["gain"]:
            yield f"{what} buys nothing."
            continue
        entered = _names(document, more["enters"])
        left = f", instead of {_names(document, more['leaves'])}" if more["leaves"] else ""
        yield f"{what} buys {points(more['gain'])}: {entered}{left}."


def prices(question: Mapping[str, Any], document: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Each balance rule: what it asks, what it costs, and what would be chosen without it."""
    shares = {rule["key"] for rule in question["balance"] if "kind" in rule}
    for each in document["balance"]:
        if each["price"] is None:
            yield each["says"], "no figure", ""
            continue
        cost = points(each["price"]) if each["price"] > 1e-9 else "nothing"
        by = weeks(each["missed_by"] or 0.0) if each["key"] in shares else _number(each["missed_by"] or 0.0)
        missed = f"; missed by {by}" if each["missed_by"] else ""
        enters, leaves = (_names(document, each["without"][name]) for name in ("enters", "leaves"))
        said = " and ".join(
            part
            for part in (
                f"{enters} would be in" if enters else "",
                f"{leaves} would be out" if leaves else "",
            )
            if part
        )
        yield each["says"], f"{cost}{missed}", f"Without it {said}." if said else ""


def capacities(document: Mapping[str, Any]) -> list[float]:
    """The stops of the slider: from what is claimed to all of the work, in about sixty even steps."""
    efforts = sum(each["effort"]["expected"] for each in document["candidates"])
    claimed = document["capacity"]["claimed"]
    most = max(efforts + claimed, document["capacity"]["weeks"])
    step = max(1, math.ceil((most - claimed) / 60))
    first = math.ceil(claimed)
    return [float(first + step * number) for number in range(math.ceil((most - first) / step) + 1)]


def _spot(each: Candidate, row: Mapping[str, Any], delay: str) -> Spot:
    value = row["value"]
    impact = value["gain"] - value["harm"]
    a_week = amounts.said(each.delay.cost.mean) if each.delay else "–"
    return Spot(
        rank=row["rank"],
        title=row["title"],
        effort=row["effort"]["expected"],
        impact=impact,
        confidence=each.confidence,
        delay=delay,
        is_chosen=row["chosen"],
        said=(
            str(row["rank"]),
            _number(row["effort"]["expected"]),
            f"{impact:.3g}",
            percent(each.confidence),
            a_week,
            "in" if row["chosen"] else "out",
        ),
    )


def _delays(candidates: Sequence[Candidate]) -> dict[str, str]:
    """Thirds of those whose cost of delay is said, the dearest first; equals stand together."""
    costs = sorted((each.delay.cost.mean for each in candidates if each.delay), reverse=True)
    return {
        each.key: DELAYS[3 * costs.index(each.delay.cost.mean) // len(costs)] if each.delay else DELAYS[3]
        for each in candidates
    }


def _of_all(document: Mapping[str, Any]) -> str:
    whole = sum(max(0.0, each["value"]["counted"]) for each in document["candidates"])
    return f" of {whole:.3g}" if whole > document["portfolio"]["value"] + 1e-9 else ""


def _names(document: Mapping[str, Any], keys: Sequence[str]) -> str:
    titles = {each["key"]: each["title"] for each in document["candidates"]}
    names = [f"'{titles[key]}'" for key in keys]
    return " and ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def order(document: Mapping[str, Any]) -> str:
    """In which order the chosen work loses least by waiting."""
    found = document["order"]
    if not found or len(found["keys"]) < 2:
        return ""
    proven = "" if found["exact"] else " (good, and not proven to be the best)"
    titles = {each["key"]: each["title"] for each in document["candidates"]}
    names = ", ".join(f"'{titles[key]}'" for key in found["keys"])
    return f"Done one after another, least is lost by waiting in this order{proven}: {names}."
