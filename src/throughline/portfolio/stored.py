"""The candidates of a cycle as the file that `throughline portfolio` reads, and what is not in it yet.

The page asks the same reader and the same engine as the command does, so their figures are the same.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.utils.text import slugify

from throughline.objectives.models import Cycle, Objective
from throughline.planning.models import Claim
from throughline.portfolio.aims import Counted, counted_in
from throughline.portfolio.models import Candidate, Rules
from throughline.portfolio.what_ifs import AS_STATED, WhatIf
from throughline.workshops.models import Board

LONGEST_STEM = 60
DRAWS = 200


@dataclass(frozen=True, slots=True)
class Missing:
    """What a candidate lacks: whether it is out of the choice for that, and in words."""

    candidate: Candidate
    is_out: bool
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Stored:
    """The question that a cycle's records ask; without candidates that can be weighed there is none."""

    cycle: Cycle
    document: dict[str, Any]
    candidates: Mapping[str, Candidate]
    dropped: tuple[Candidate, ...]
    counted: tuple[Counted, ...]
    missing: tuple[Missing, ...]
    rules: Rules | None
    board: Board | None

    @property
    def content(self) -> bytes:
        """The document as bytes: the same records are the same bytes."""
        return json.dumps(self.document, ensure_ascii=False, indent=2).encode()

    @property
    def numbered(self) -> dict[int, Candidate]:
        """Every candidate by its number, dropped ones among them."""
        return {each.pk: each for each in (*self.candidates.values(), *self.dropped)}

    @property
    def is_asked(self) -> bool:
        """Whether there is something to choose from, and a capacity to choose under."""
        return bool(self.document["candidates"]) and self.document["capacity"] is not None


def key_of(candidate: Candidate) -> str:
    """The short name by which files and commands call a candidate.

    >>> key_of(Candidate(pk=7, title="Patch by robot"))
    'patch-by-robot-7'
    """
    stem = slugify(candidate.title).replace("_", "-")[:LONGEST_STEM].strip("-")
    stem = "-".join(filter(None, stem.split("-"))) or "candidate"
    return f"{stem}-{candidate.pk}"


def rules_of(cycle: Cycle) -> Rules | None:
    """The newest rules of a cycle."""
    return cycle.portfolio_rules.last()


def voted(cycle: Cycle) -> Board | None:
    """The newest board of ideas in the cycle whose vote was counted."""
    found = cycle.boards.filter(purpose=Board.Purpose.IDEAS).exclude(result={})
    return found.order_by("-created_at", "-id").first()


def stored(cycle: Cycle, *, what_if: WhatIf = AS_STATED, now: datetime) -> Stored:
    """What a cycle's records ask, with the figures of a what-if instead of those of its rules."""
    rules, board = rules_of(cycle), voted(cycle)
    objectives = running(cycle)
    counted = counted_in(objectives, now=now)
    every = list(
        cycle.candidates.select_related(
            "cycle", "objective", "goal", "cluster", "initiative"
        ).prefetch_related("impacts")
    )
    found = [each for each in every if each.dropped_at is None]
    missing = list(_missing(every, counted, rules))
    out = {each.candidate.pk for each in missing if each.is_out}
    weighed = [each for each in found if each.pk not in out]
    document = {
        "capacity": None,
        "claims": _claims(cycle),
        "weeks": round(((cycle.end - cycle.start).days + 1) / 7, 3),
        "person_weeks": rules.person_weeks if rules else 10.0,
        "draws": DRAWS,
        "objectives": _objectives(objectives, rules),
        "key_results": [_key_result(each) for each in counted if not each.why],
        "balance": _balance(objectives, rules),
        "candidates": _candidates(weighed, counted, rules, board),
    }
    # No what-if and no figure that is measured anew is part of it: the futures stay the same.
    document["seed"] = _seed(document)
    document["capacity"] = what_if.capacity_of(rules)
    if what_if.weights:
        document["objectives"] = _objectives(objectives, rules, what_if.weights)
    return Stored(
        cycle,
        document,
        {key_of(each): each for each in found},
        tuple(each for each in every if each.dropped_at is not None),
        tuple(counted),
        tuple(missing),
        rules,
        board,
    )


def as_stated(asked: Stored) -> Stored:
    """The same question without its what-if."""
    weights = asked.rules.weights if asked.rules else {}
    objectives = [{**each, "weight": weights.get(each["key"], 1.0)} for each in asked.document["objectives"]]
    capacity = asked.rules.capacity if asked.rules else None
    document = {**asked.document, "objectives": objectives, "capacity": capacity}
    return replace(asked, document=document)


def _seed(document: Mapping[str, Any]) -> int:
    asked = {name: each for name, each in document.items() if name not in ("capacity", "key_results")}
    said = json.dumps(asked, sort_keys=True).encode()
    return int.from_bytes(hashlib.sha256(said).digest()[:4]) % 2**31


def _claims(cycle: Cycle) -> list[dict[str, Any]]:
    found = Claim.objects.filter(cycle=cycle).select_related("goal").order_by("goal__position", "goal_id")
    titles = [each.goal.title for each in found]
    return [
        # Two goals may be called the same, and the file tells claims apart by their title.
        {
            "title": title if titles.count(title) == 1 else f"{title[:150]} ({each.goal.key})",
            "weeks": each.weeks,
        }
        for title, each in zip(titles, found, strict=True)
    ]


def _objectives(
    objectives: Sequence[Objective], rules: Rules | None, instead: Mapping[str, float] | None = None
) -> list[dict[str, Any]]:
    weights = {**(rules.weights if rules else {}), **(instead or {})}
    return [
        {"key": each.key, "title": each.title, "weight": weights.get(each.key, 1.0)} for each in objectives
    ]


def running(cycle: Cycle) -> list[Objective]:
    """The objectives of a cycle that are not archived."""
    return list(cycle.objectives.filter(archived_at=None))


def _key_result(each: Counted) -> dict[str, Any]:
    return {
        "key": each.key,
        "title": each.name[:240],
        "objective": each.objective,
        "baseline": each.baseline,
        "target": each.target,
        "weight": each.weight,
        "guardrail": each.is_guardrail,
    }


def _balance(objectives: Sequence[Objective], rules: Rules | None) -> list[dict[str, Any]]:
    """The rules that have something to be about: an objective may be archived since."""
    there = {each.key for each in objectives}
    return [
        rule
        for rule in (rules.balance if rules else [])
        if "kind" in rule or rule["objective"] in there or (rule["objective"] == "each" and there)
    ]


def _candidates(
    weighed: Sequence[Candidate],
    counted: Sequence[Counted],
    rules: Rules | None,
    board: Board | None,
) -> list[dict[str, Any]]:
    keys = {each.pk: key_of(each) for each in weighed}
    votes = {each["option"]: float(each["points"]) for each in board.result["points"]} if board else {}
    figures = {each.pk: each for each in counted if not each.why}
    return [
        _drop_nothing(
            {
                "key": keys[each.pk],
                "title": each.title,
                "objective": each.objective.key
                if each.objective and each.objective.archived_at is None
                else None,
                "effects": [
                    {"key_result": figures[one.key_result_id].key, "low": one.low, "high": one.high}
                    for one in each.impacts.all()
                    if one.key_result_id in figures
                ],
                "confidence": each.confidence,
                "effort": _range(each, "effort"),
                "duration": _range(each, "duration"),
                "cost_of_delay": _delay(each),
                "reach": _range(each, "reach"),
                "kinds": [{"kind": kind, "share": share} for kind, share in sorted(each.kinds.items())],
                **_relations(each, keys, rules),
                "must": each.must,
                "votes": _vote(each, board, votes),
            }
        )
        for each in weighed
    ]


def _range(each: Candidate, name: str) -> dict[str, float] | None:
    low = getattr(each, f"{name}_low")
    return None if low is None else {"low": low, "high": getattr(each, f"{name}_high")}


def _delay(each: Candidate) -> dict[str, Any] | None:
    found: dict[str, Any] | None = _range(each, "delay")
    if found is None:
        return None
    found["profile"] = each.delay_profile
    if each.delay_profile == "deadline" and each.deadline:
        days = (each.deadline - each.cycle.start).days
        # A deadline before the quarter is one at its start.
        found["week"] = round(max(0, days) / 7, 3)
    if each.delay_profile == "decaying":
        found["fades"] = each.delay_fades
    return found


def _relations(each: Candidate, keys: Mapping[int, str], rules: Rules | None) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {"requires": [], "excludes": []}
    for relation in rules.relations if rules else []:
        if relation["candidate"] == each.pk and relation["other"] in keys:
            found[relation["kind"]].append(keys[relation["other"]])
    return found


def _vote(each: Candidate, board: Board | None, votes: Mapping[str, float]) -> float | None:
    """The points of the cluster that it came from; one that nobody ranked has none of them."""
    if board is None or each.cluster is None or each.cluster.board_id != board.pk:
        return None
    return votes.get(each.cluster.title, 0.0)


def _drop_nothing(said: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in said.items() if value is not None and value != []}


def _missing(
    every: Sequence[Candidate], counted: Sequence[Counted], rules: Rules | None
) -> Iterator[Missing]:
    """Running candidates that lack something; what needs one that is out, or dropped, is out as well."""
    found = [each for each in every if each.dropped_at is None]
    needs: dict[int, list[int]] = {}
    for relation in rules.relations if rules else []:
        if relation["kind"] == "requires":
            needs.setdefault(relation["candidate"], []).append(relation["other"])
    out = {each.pk for each in every if each.dropped_at is not None or each.effort_low is None}
    while more := {each.pk for each in found if out & set(needs.get(each.pk, ()))} - out:
        out |= more
    titles = {each.pk: each.title for each in every}
    for each in found:
        lost = [titles[other] for other in needs.get(each.pk, ()) if other in out]
        if why := tuple(_why(each, counted, lost)):
            yield Missing(each, each.pk in out, why)


def _why(each: Candidate, counted: Sequence[Counted], lost: Sequence[str]) -> Iterator[str]:
    if each.effort_low is None:
        yield "without an effort it is not in the choice"
    for title in lost:
        yield f"it cannot be without '{title}', which is not in the choice"
    uncounted = {one.pk: one for one in counted if one.why}
    known = {one.pk for one in counted}
    effects = [one.key_result_id for one in each.impacts.all()]
    for number in effects:
        if number in uncounted:
            one = uncounted[number]
            yield f"its effect on '{one.name}' does not count yet: {one.why}"
    if not any(number in known and number not in uncounted for number in effects):
        yield "without an effect that counts on a key result it is worth nothing"
    if each.delay_low is None:
        yield "without a cost of delay it has no WSJF and no CD3"
    elif each.duration_low is None:
        yield "without a duration it has no CD3"
