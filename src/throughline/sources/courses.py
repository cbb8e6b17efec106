"""The course of a record as events: what a tracker tells of the past is written as of then. Pure.

Of the past only state and dates are known; everything else is said as it is now, and what is worked out of
the whole course, or of catalogues, belongs to the import itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from throughline.engine import spells
from throughline.engine.dates import iso
from throughline.engine.spells import Step
from throughline.engine.vulnerabilities import Values, diff

Event = tuple[datetime, str, dict[str, list[Any]]]
# Known at the import, and not before.
_OF_NOW = ("kev", "kev_added", "epss", "accepted_at", "accepted_until", "state_reason")


def past(values: Values, *, until: datetime) -> list[Event]:
    """The events of a new record from the first step of its course to what it is now.

    Nothing where its row tells no course, or one that begins after `until`.
    """
    steps = [step for step in _course(values) if step.at <= until]
    if not steps or steps[0].at == until:
        return []
    before: Values = {}
    events: list[Event] = []
    for number, step in enumerate(steps):
        then = _then(values, steps[: number + 1])
        if changes := diff(before, then):
            events.append((step.at, "changed" if events else "created", changes))
        before = then
    if changes := diff(before, values):
        events.append((until, "changed", changes))
    return events


def since(
    old: Values, new: Values, pinned: Iterable[str], *, after: datetime, until: datetime
) -> list[Event]:
    """The events that lead a known record from its old values to its new ones.

    Steps up to `after`, when anything was last learnt of it, are told already, or too late to be.
    """
    fixed = set(pinned)
    steps = _course(new)
    before, events = old, []
    for number, step in enumerate(steps):
        if not after < step.at <= until:
            continue
        then = _moved(before, steps[: number + 1], fixed)
        if changes := diff(before, then):
            events.append((step.at, "changed", changes))
        before = then
    if changes := diff(before, new):
        events.append((until, "returned" if "vanished_at" in changes else "changed", changes))
    return events


def accepted_at(values: Values) -> datetime | None:
    """When its risk was accepted, as its course tells; None where it tells nothing of that."""
    return spells.accepted_since(_course(values))


def _course(values: Values) -> list[Step]:
    return spells.read(values.get("attributes", {}).get(spells.COURSE))


def _then(values: Values, steps: Sequence[Step]) -> Values:
    """What a record said at the last of these steps."""
    then = {name: value for name, value in values.items() if name not in _OF_NOW}
    attributes = {
        name: value for name, value in values.get("attributes", {}).items() if name not in spells.ATTRIBUTES
    }
    then["attributes"] = attributes
    triaged = then.get("triaged_at")
    if triaged and triaged > iso(steps[-1].at):
        then.pop("triaged_at")
        then.pop("triaged_basis", None)
    return _moved(then, steps, set())


def _moved(before: Values, steps: Sequence[Step], fixed: set[str]) -> Values:
    """Values with state and closing as the last of these steps has them."""
    then, last = dict(before), steps[-1]
    if "state" not in fixed:
        then["state"] = last.state
        if "accepted_at" not in fixed:
            then.pop("accepted_at", None)
            if accepted := spells.accepted_since(steps):
                then["accepted_at"] = iso(accepted)
    if "mitigated_at" not in fixed:
        closed = spells.closed_at(steps) if last.state in ("confirmed", "potential") else None
        then.pop("mitigated_at", None)
        then.pop("mitigated_basis", None)
        if closed is not None:
            then |= {"mitigated_at": iso(closed), "mitigated_basis": "reported"}
    return then
