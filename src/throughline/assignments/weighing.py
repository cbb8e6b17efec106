"""What business, interest and growth count in a cycle, and which balance is wanted: stated with a reason."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from throughline.assignments.models import Weighing
from throughline.assignments.recording import told_of_cycle
from throughline.engine.matching import TERMS, Weights
from throughline.engine.matching.question import BETA, CONTINUITY, PHI, PRICE
from throughline.engine.refusals import Refused, together
from throughline.engine.texts import require_readable
from throughline.objectives.models import Cycle
from throughline.portfolio.numbers import number_of, share_of

LONGEST_REASON = 500
MOST_WEIGHT, MOST_SETTING, MOST_PRICE = 1e6, 10.0, 100.0
# What each is worth where nobody said otherwise, by the name of its field.
USUAL = {"beta": BETA, "phi": PHI, "continuity": CONTINUITY}
WHAT = {
    "beta": "what a liked part of the work is worth, such as 0.1",
    "phi": "what fairness is worth, such as 0.5",
    "continuity": "what going on with one's work is worth, such as 0.05",
}


def weigh(
    actor: str,
    cycle: Cycle,
    *,
    business: object,
    interest: object,
    growth: object,
    reason: str,
    beta: object = BETA,
    phi: object = PHI,
    continuity: object = CONTINUITY,
    balance: Iterable[Mapping[str, Any]] = (),
    now: datetime,
) -> Weighing:
    """State the weights of a cycle anew; the newest count, earlier ones stay. Numbers may be texts.

    Weights are proportions: 2, 1, 1 is kept as 0.5, 0.25, 0.25. A row of `balance` has objective (its key),
    at_least (a share of all given weeks) and price (person-quarters a missing one costs); an empty row is
    left out. Raises Refused of a closed cycle, or with the field; a refusal of row 2 is placed at such as
    at_least_2.
    """
    require_open(cycle)
    settings = {"beta": beta, "phi": phi, "continuity": continuity}
    weights, said, rules, why = together(
        lambda: weights_of({"business": business, "interest": interest, "growth": growth}),
        lambda: {name: _setting(name, text) for name, text in settings.items()},
        lambda: _balance(cycle, balance),
        lambda: _reason(reason),
    )
    stated = {**dict(zip(TERMS, weights.each, strict=True)), **said, "balance": rules, "reason": why}
    with transaction.atomic():
        made = Weighing.objects.create(cycle=cycle, author=actor, at=now, **stated)
        told_of_cycle(actor, "weights of the match stated", cycle, stated, now=now)
    return made


def weights_of(said: Mapping[str, object]) -> Weights:
    """Three weights as somebody writes them, as shares of 1. Raises Refused with the field.

    >>> weights_of({"business": "2", "interest": "1", "growth": "1"})
    Weights(business=0.5, interest=0.25, growth=0.25)
    """
    business, interest, growth = together(*(_reader(name, said.get(name, "")) for name in TERMS))
    if not any((business, interest, growth)):
        raise Refused("one weight at least must be above 0", place="business", code="weights")
    found = Weights.of(business, interest, growth)
    # To the digit that a slider has, so that the same place is the same address.
    return Weights(*(round(each, 9) for each in found.each))


def require_open(cycle: Cycle) -> None:
    """Raises Refused where a cycle is closed: nothing is planned by its weights any more."""
    if cycle.state == Cycle.State.CLOSED:
        raise Refused(
            f"{cycle.title} is closed: its weights stay as they were stated", place="cycle", code="closed"
        )


def history(cycle: Cycle) -> list[Weighing]:
    """All that was stated, the newest first."""
    return list(Weighing.objects.filter(cycle=cycle).order_by("-at", "-id"))


def _reader(name: str, text: object) -> Any:
    what = "a weight from 0, such as 0.5"
    return lambda: number_of(text, place=name, what=what, least=0, most=MOST_WEIGHT)


def _setting(name: str, text: object) -> float:
    if str(text).strip() == "":
        return USUAL[name]
    return number_of(text, place=name, what=WHAT[name], least=0, most=MOST_SETTING)


def _reason(text: str) -> str:
    found = " ".join(text.split())
    if not found:
        raise Refused("say in one line why these weights", place="reason", code="missing")
    if len(found) > LONGEST_REASON:
        raise Refused(f"expected at most {LONGEST_REASON} characters, found {len(found)}", place="reason")
    require_readable(found, place="reason")
    return found


def _balance(cycle: Cycle, rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    keys = set(cycle.objectives.filter(archived_at=None).values_list("key", flat=True))
    found: list[dict[str, Any]] = []
    for number, row in enumerate(rows, 1):
        if not any(str(each if each is not None else "").strip() for each in row.values()):
            continue
        rule = _rule(row, keys, number)
        if rule["objective"] in {each["objective"] for each in found}:
            raise Refused("there is a rule about this already: keep one", place=f"objective_{number}")
        found.append(rule)
        if sum(each["at_least"] for each in found) > 1 + 1e-9:
            raise Refused(
                "together the shares ask for more than all weeks: lower one", place=f"at_least_{number}"
            )
    return found


def _rule(row: Mapping[str, Any], keys: set[str], number: int) -> dict[str, Any]:
    objective = str(row.get("objective") or "").strip()
    if objective not in keys:
        raise Refused(
            f"choose an objective of this cycle, found '{objective or 'nothing'}'",
            place=f"objective_{number}",
            code="unknown",
        )
    at_least, price = row.get("at_least"), row.get("price")
    if str(at_least if at_least is not None else "").strip() == "":
        raise Refused("say at least which share, such as 20 %", place=f"at_least_{number}", code="missing")
    return {
        "objective": objective,
        "at_least": share_of(at_least, place=f"at_least_{number}"),
        "price": PRICE
        if price is None or str(price).strip() == ""
        else number_of(
            price,
            place=f"price_{number}",
            what="person-quarters such as 0.5",
            least=0,
            most=MOST_PRICE,
        ),
    }
