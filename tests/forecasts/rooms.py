"""A room as most tests open it: Mia facilitates, and four people of the organisation are asked."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tests.organisation import NOW
from tests.risk.asked import scenario

LATER = NOW + timedelta(hours=1)
LOSS = (100_000.0, 900_000.0)


def a_scenario(key: str = "", **given: Any):
    return scenario(key, **given)


def a_room(organisation, of=None, *, panel: str = "mia max ada vera", by: str = "mia", at=NOW, **given: Any):
    from throughline.forecasts.opening import open_room

    people = [getattr(organisation, name) for name in panel.split()]
    by_person = getattr(organisation, by)
    return open_room(by_person, of or a_scenario(), panel=people, now=at, **{"title": "Laptops", **given})


def give(room, person, probability: float | None = 0.2, *, now=NOW, loss=LOSS, **given: Any):
    from throughline.forecasts.actions import Answer
    from throughline.forecasts.actions import give as keep

    asked = loss if room.asks_loss else None
    return keep(person, room, Answer(probability=probability, loss=asked, **given), now=now)


def answered(organisation, room, *probabilities: float, now=NOW):
    """Numbers of Mia, Max, Ada and Vera, in this order."""
    for name, probability in zip(("mia", "max", "ada", "vera"), probabilities, strict=False):
        give(room, getattr(organisation, name), probability, now=now)
    return room


def revealed(organisation, *probabilities: float, **given: Any):
    """A room whose first round is revealed."""
    from throughline.forecasts.actions import reveal

    room = answered(organisation, a_room(organisation, **given), *(probabilities or (0.1, 0.2, 0.3, 0.4)))
    reveal(organisation.mia, room, now=LATER)
    return room


def closed(organisation, *probabilities: float, **given: Any):
    """A room that was closed after its first round."""
    from throughline.forecasts.actions import close

    room = revealed(organisation, *probabilities, **given)
    close(organisation.mia, room, now=LATER)
    return room
