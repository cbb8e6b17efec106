"""What the page of the match shows: who does what, what is left, what a change costs, what people said."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from throughline.accounts.models import User
from throughline.assignments.asking import Asked
from throughline.assignments.differing import differences
from throughline.assignments.match_charts import said_of
from throughline.assignments.models import Answer
from throughline.assignments.saying import cost_said, cost_sentence, listed, quoted
from throughline.assignments.seeing import cost_to_the_hundredth
from throughline.assignments.suggesting import address_of_work
from throughline.assignments.trying import Looked
from throughline.assignments.unstaffed import left_out
from throughline.assignments.wishing import MUST, NEVER, Change, query_of
from throughline.engine.matching import TERMS, TOSS_UP, Weights
from throughline.people.models import WorkKind
from throughline.people.queries import who_said_weeks

SWAPS = 6
TRIED = 4


@dataclass(frozen=True, slots=True)
class Piece:
    """Work of a person by the plan; `ties` are words such as “must”."""

    title: str
    address: str
    weeks: float
    share: float
    ties: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Member:
    """A person of the plan with her work and her weeks."""

    user: User
    load: float
    capacity: float
    pieces: tuple[Piece, ...]
    # Nobody said her weeks, so that all of the cycle's count.
    is_assumed: bool

    @property
    def is_full(self) -> bool:
        """Whether nothing is left of her weeks."""
        return self.load > self.capacity * (1 - 1e-9)


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Work that nobody does, why, and whom one could try."""

    title: str
    address: str
    value: float
    why: str
    tries: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Cost:
    """What changes cost: in words, and what becomes different for whom. None costs where it cannot be.

    The cost is under 0 where the team gains: a change may undo what was tied.
    """

    changes: tuple[str, ...]
    cost: float | None
    says: str
    differs: tuple[str, ...]
    refused: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Exchange:
    """Two people who could exchange work, what it costs, and the address that tries it."""

    says: str
    cost: str
    query: str


def members(asked: Asked, document: Mapping[str, Any]) -> list[Member]:
    """Who does what by the plan."""
    by_person: dict[str, list[Mapping[str, Any]]] = {}
    for row in document["plan"]:
        by_person.setdefault(row["person"], []).append(row)
    said = who_said_weeks(asked.cycle)
    return [
        Member(
            asked.people[each["id"]],
            each["load"],
            each["capacity"],
            tuple(_piece(asked, row) for row in by_person.get(each["id"], ()) if row["work"] in asked.works),
            asked.people[each["id"]].pk not in said,
        )
        for each in document["people"]
        if each["id"] in asked.people
    ]


def _piece(asked: Asked, row: Mapping[str, Any]) -> Piece:
    work, person = asked.works[row["work"]], row["person"]
    ties = [str(each.get_kind_display()).lower() for each in work.ties.all() if str(each.person_id) == person]
    answer = asked.answers.get((person, row["work"]))
    if answer is not None and answer.said == Answer.Said.ACCEPTED:
        ties.append("accepted")
    return Piece(
        asked.titles[row["work"]], address_of_work(work), work.weeks or 0.0, row["share"], tuple(sorted(ties))
    )


def left(asked: Asked, document: Mapping[str, Any]) -> list[LeftOut]:
    """What nobody does, and why."""
    kinds = dict(WorkKind.objects.values_list("key", "title"))
    return [
        LeftOut(
            asked.titles[each.work],
            address_of_work(asked.works[each.work]),
            asked.works[each.work].value or 0.0,
            each.why,
            tuple(
                (asked.people[who].name, query_of([(who, each.work, MUST)]))
                for who in each.who[:TRIED]
                if who in asked.people
            ),
        )
        for each in left_out(asked.question, document, kinds)
        if each.work in asked.works
    ]


def sentence(asked: Asked, document: Mapping[str, Any] | None) -> str:
    """What the page says first."""
    if asked.conflicts:
        return "No plan meets all that must be."
    if document is None:
        return "Who does what is being worked out."
    planned = sum(each["load"] for each in document["people"])
    there = sum(each["capacity"] for each in document["people"])
    done = len({row["work"] for row in document["plan"]})
    every = len(asked.works)
    free = [each["name"] for each in document["people"] if not each["load"] and each["capacity"]]
    said = f"{done} of {every} pieces of work are staffed, with {planned:.1f} of {there:.1f} weeks"
    if free:
        said += f"; {listed(free)} {'has' if len(free) == 1 else 'have'} nothing yet"
    return f"{said}."


def cost_of(
    asked: Asked,
    changed: Asked,
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any] | None,
) -> Cost:
    """What the changes of an address cost beside the best plan without them."""
    said = tuple(change_said(asked, each) for each in changed.tried)
    if changed.conflicts:
        return Cost(said, None, "It cannot be.", (), changed.conflicts)
    if before is None or after is None:
        return Cost(said, None, "It is being worked out.", ())
    lost = before["objective"] - after["objective"]
    found = differences(before["plan"], after["plan"])
    says = cost_sentence(lost) if found else "It costs nothing: the plan has it so."
    return Cost(said, cost_to_the_hundredth(lost), says, tuple(f"{said_of(asked, each)}." for each in found))


def cost_looked(looked: Looked) -> Cost:
    """What the changes of an address cost, as far as it is known by now."""
    before, now = looked.stated_found, looked.found
    return cost_of(
        looked.stated,
        looked.shown,
        before.document if before.is_current else None,
        now.document if now.is_current else None,
    )


def change_said(asked: Asked, change: Change) -> str:
    """One change as a sentence without its full stop."""
    person, work, how = change
    name, title = asked.people[person].name, asked.titles[work]
    return f"{name} {'does' if how == MUST else 'does not do'} {quoted(title)}"


def exchanges_of(asked: Asked, people: Iterable[Mapping[str, Any]]) -> list[Exchange]:
    """What people of a plan's document could exchange with one other, the cheapest first, each pair once."""
    found: dict[tuple[tuple[str, str], ...], Mapping[str, Any]] = {}
    for each in (one for person in people for one in person["swaps"] if _is_known(asked, one)):
        pair = tuple(sorted([(each["one"], each["gives"]), (each["other"], each["takes"])]))
        found.setdefault(pair, each)
    cheapest = sorted(found.values(), key=lambda each: float(each["cost"]))[:SWAPS]
    return [_exchange(asked, each) for each in cheapest]


def _is_known(asked: Asked, swap: Mapping[str, Any]) -> bool:
    """Whether all that an exchange names is still there: an earlier answer may name who left."""
    people, works = (swap["one"], swap["other"]), (swap["gives"], swap["takes"])
    return all(each in asked.people for each in people) and all(each in asked.works for each in works)


def _exchange(asked: Asked, each: Mapping[str, Any]) -> Exchange:
    one, other = asked.people[each["one"]].name, asked.people[each["other"]].name
    gives, takes = asked.titles[each["gives"]], asked.titles[each["takes"]]
    changes: list[Change] = [
        (each["one"], each["takes"], MUST),
        (each["other"], each["gives"], MUST),
        (each["one"], each["gives"], NEVER),
        (each["other"], each["takes"], NEVER),
    ]
    says = f"{one} gives {quoted(gives)} to {other} and takes {quoted(takes)}"
    return Exchange(says, cost_said(max(0.0, each["cost"])), query_of(changes))


def prices(asked: Asked, document: Mapping[str, Any]) -> Iterator[str]:
    """What each balance rule costs, a sentence each."""
    titles = dict(asked.cycle.objectives.values_list("key", "title"))
    for each in document["balance"]:
        title = titles.get(each["objective"], each["objective"])
        costs = "costs nothing" if each["price"] < TOSS_UP else f"costs {cost_said(each['price'])}"
        missed = f"; {each['missed_weeks']:.1f} weeks are missing" if each["missed_weeks"] else ""
        yield f"At least {each['at_least']:.0%} for {quoted(title)} {costs}{missed}."


@dataclass(frozen=True, slots=True)
class Answered:
    """What somebody said to a suggestion; `person` is her key."""

    person: str
    name: str
    title: str
    said: str
    is_accepted: bool
    reason: str
    set_aside: str


def answers(asked: Asked) -> list[Answered]:
    """What people said, the newest first."""
    aside = {(each.person, each.work): " ".join(each.why) for each in asked.set_aside}
    found = sorted(asked.answers.items(), key=lambda each: each[1].at, reverse=True)
    return [
        Answered(
            person,
            asked.people[person].name,
            asked.titles[work],
            "takes it" if each.said == Answer.Said.ACCEPTED else each.get_said_display().lower(),
            each.said == Answer.Said.ACCEPTED,
            each.reason,
            aside.get((person, work), ""),
        )
        for (person, work), each in found
    ]


def weight_rows(
    asked: Asked, shown: Weights, texts: Mapping[str, str], problems: Mapping[str, str]
) -> list[Any]:
    """The three fields of the weights: name, label, what is written, what is stated, what is wrong."""
    rows = []
    for name, value, stated in zip(TERMS, shown.each, asked.weights.each, strict=True):
        wrong = problems.get(name, "")
        rows.append(
            {
                "name": name,
                "label": name.capitalize(),
                "value": texts.get(name, "") if wrong else f"{value:.2f}",
                "stated": f"{stated:.2f}",
                "place": round(100 * value),
                "problem": wrong,
            }
        )
    return rows
