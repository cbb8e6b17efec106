"""The rules of a cycle's choice: how many weeks there are, which balance is wanted, what needs what."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from throughline.engine.refusals import Refused
from throughline.objectives.models import Cycle
from throughline.portfolio.fields import USUAL_KINDS
from throughline.portfolio.format.things import EACH, MOST_WEEKS
from throughline.portfolio.models import Candidate, Rules
from throughline.portfolio.numbers import number_of, share_of
from throughline.portfolio.recording import told_of_rules

MOST_WEIGHT, MOST_COUNT = 1e6, 1000
RELATIONS = {"requires": "cannot be without", "excludes": "cannot be beside"}


def state_rules(
    actor: str,
    cycle: Cycle,
    *,
    capacity: object,
    person_weeks: object = 10.0,
    balance: Iterable[Mapping[str, Any]] = (),
    relations: Iterable[Mapping[str, Any]] = (),
    weights: Mapping[str, Any] | None = None,
    now: datetime,
) -> Rules:
    """State the rules anew; the newest count. Numbers may be texts. Raises Refused with the field.

    A row of `balance` has `of` (objective:KEY, objective:each or kind:NAME), at_least, at_most and price; one
    of `relations` has kind (requires or excludes), candidate and other (their numbers); `weights` are by the
    objectives' keys. A refusal of row 2 is placed at such as at_least_2; rows count from 1.
    """
    said = {
        "capacity": capacity_of(capacity),
        "person_weeks": number_of(
            person_weeks, place="person_weeks", what="person-weeks such as 10", most=520
        ),
        "balance": _balance(cycle, balance),
        "relations": _relations(cycle, relations),
        "weights": _weights(cycle, weights or {}),
    }
    with transaction.atomic():
        made = Rules.objects.create(cycle=cycle, author=actor, at=now, **said)
        told_of_rules(actor, cycle, {"cycle": cycle.key, **said}, now=now)
    return made


def capacity_of(text: object, *, place: str = "capacity") -> float:
    """Person-weeks that a team has. Raises Refused."""
    return number_of(text, place=place, what="person-weeks such as 40", least=0, most=MOST_WEEKS)


def choices_of(cycle: Cycle) -> list[tuple[str, str]]:
    """What a balance rule may be about: an objective, each of them, or a kind of work."""
    objectives = list(cycle.objectives.filter(archived_at=None))
    kinds = {kind for each in cycle.candidates.filter(dropped_at=None) for kind in each.kinds}
    found = [("objective:each", "each objective, in number")] if objectives else []
    found += [(f"objective:{each.key}", f"{each.title}, in number") for each in objectives]
    every = [*USUAL_KINDS, *sorted(kinds - set(USUAL_KINDS))]
    return [*found, *((f"kind:{kind}", f"{kind}, as a share of the effort") for kind in every)]


def of_rule(rule: Mapping[str, Any]) -> str:
    """What a stored rule is about, as a form has it."""
    return f"kind:{rule['kind']}" if "kind" in rule else f"objective:{rule['objective']}"


def _balance(cycle: Cycle, rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    titles = {each.key: each.title for each in cycle.objectives.filter(archived_at=None)}
    found: list[dict[str, Any]] = []
    for number, row in enumerate(rows, 1):
        if not any(str(each if each is not None else "").strip() for each in row.values()):
            continue
        rule = _rule(row, titles, number)
        if rule["key"] in {each["key"] for each in found}:
            raise Refused("there is a rule about this already: keep one", place=f"of_{number}", code="twice")
        found.append(rule)
    return found


def _rule(row: Mapping[str, Any], titles: Mapping[str, str], number: int) -> dict[str, Any]:
    what, _, name = str(row.get("of") or "").partition(":")
    is_there = name in titles or (name == EACH and bool(titles)) if what == "objective" else bool(name)
    if what not in ("objective", "kind") or not is_there:
        raise Refused(
            f"choose what the rule is about, found '{row.get('of') or 'nothing'}'",
            place=f"of_{number}",
            code="unknown",
        )
    ends = {end: _bound(what, row.get(end), f"{end}_{number}") for end in ("at_least", "at_most")}
    least, most = ends["at_least"], ends["at_most"]
    if least is None and most is None:
        raise Refused("say at least how much, or at most", place=f"at_least_{number}", code="missing")
    if least is not None and most is not None and least > most:
        raise Refused("the range is reversed: swap its ends", place=f"at_most_{number}", code="reversed")
    price = _said(row.get("price"))
    known = {
        "price": None
        if price is None
        else number_of(price, place=f"price_{number}", what="points such as 0.1", least=0, most=1e9),
        **ends,
    }
    titled = {"key": f"{what}-{name}"[:80].rstrip("-_"), "title": _title(what, name, titles), what: name}
    return titled | {end: value for end, value in known.items() if value is not None}


def _title(what: str, name: str, titles: Mapping[str, str]) -> str:
    if what == "kind":
        return f"Share of {name}"
    return "Work for each objective" if name == EACH else f"Work for '{titles[name]}'"[:240]


def _bound(what: str, value: Any, place: str) -> float | None:
    said = _said(value)
    if said is None:
        return None
    if what == "kind":
        # None of it is a bound as well, which is no share above 0.
        is_none = str(said).removesuffix("%").strip() in ("0", "0.0")
        return 0.0 if is_none else share_of(said, place=place)
    return number_of(said, place=place, what="a number such as 1", least=0, most=MOST_COUNT)


def _relations(cycle: Cycle, rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    there = set(Candidate.objects.filter(cycle=cycle).values_list("pk", flat=True))
    found: list[dict[str, Any]] = []
    for number, row in enumerate(rows, 1):
        said = [str(row.get(name) or "").strip() for name in ("candidate", "other")]
        if not any(said):
            continue
        if row.get("kind") not in RELATIONS:
            raise Refused("choose how the two relate", place=f"kind_{number}", code="unknown")
        first, second = (
            _one_of(there, each, f"{name}_{number}")
            for each, name in zip(said, ("candidate", "other"), strict=True)
        )
        if first == second:
            raise Refused("it is the same candidate: choose another", place=f"other_{number}")
        _require_new(found, first, second, row["kind"], number)
        found.append({"kind": row["kind"], "candidate": first, "other": second})
    return found


def _one_of(there: set[int], text: str, place: str) -> int:
    if not text.isdecimal() or int(text) not in there:
        raise Refused(
            f"choose a candidate of this cycle, found '{text or 'nothing'}'", place=place, code="unknown"
        )
    return int(text)


def _require_new(found: list[dict[str, Any]], first: int, second: int, kind: str, number: int) -> None:
    pairs = [(each["candidate"], each["other"]) for each in found]
    if (first, second) in pairs or (kind == "excludes" and (second, first) in pairs):
        raise Refused("these two are related already: keep one", place=f"other_{number}", code="twice")


def _weights(cycle: Cycle, given: Mapping[str, Any]) -> dict[str, float]:
    keys = set(cycle.objectives.values_list("key", flat=True))
    found = {key: weight_of(keys, key, value) for key, value in given.items() if _said(value) is not None}
    return {key: weight for key, weight in found.items() if weight != 1.0}


def weight_of(keys: Collection[str], key: str, value: Any) -> float:
    """What the objective of a key is worth beside the others. Raises Refused at weight_KEY."""
    place = f"weight_{key}"
    if key not in keys:
        raise Refused(f"there is no objective '{key}' in this cycle", place=place, code="unknown")
    return number_of(value, place=place, what="a weight such as 2", least=0, most=MOST_WEIGHT)


def _said(value: Any) -> Any:
    return None if value is None or str(value).strip() == "" else value


def relations_said(rules: Rules | None, titles: Mapping[int, str]) -> Iterator[str]:
    """What needs what, in sentences."""
    for each in rules.relations if rules else []:
        first, second = (titles.get(each[name]) for name in ("candidate", "other"))
        if first and second:
            yield f"'{first}' {RELATIONS[each['kind']]} '{second}'"
