"""The home page for programs: the same from its .json and from the API."""

from __future__ import annotations

from typing import Any

from throughline.objectives.documents import document
from throughline.ui.glance import Counted, Glance


def glance_document(found: Glance) -> dict[str, Any]:
    """What the home page says to the person whom it is of."""
    return {
        "quarter": found.quarter.label,
        "week": found.week.number,
        "weeks": found.week.total,
        "sentence": "".join(said.text for said in found.sentence),
        "data_as_of": found.data_as_of,
        "key_results": [document(card.stand, full=False) for card in found.running],
        "overdue": [_counted(each) for each in found.overdue],
        "this_week": {
            "arrived": found.arrived.n,
            "closed": found.closed.n,
            "net": found.net,
            "before": _before(found),
        },
        "risk": found.money.document if found.money else None,
        "needs_you": [_counted(each) for each in found.needs],
    }


def _before(found: Glance) -> dict[str, Any]:
    """The same of the week before."""
    return {each.name: each.was.document if each.was else None for each in (found.arrived, found.closed)}


def _counted(each: Counted) -> dict[str, Any]:
    return {"name": each.name, "n": each.n, "address": each.address}
