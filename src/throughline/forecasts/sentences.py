"""What a room says in sentences: written on the server, the same on the page, by command and for programs."""

from __future__ import annotations

from typing import Any

from throughline.forecasts.queries import Seen
from throughline.forecasts.states import LAST_ROUND, Stand
from throughline.ui import words


def percent(share: float | None) -> str:
    """A chance in per cent.

    >>> percent(0.184), percent(0.0005)
    ('18.4 %', '0.05 %')
    """
    return words.figure(share, "share")


def sentence(seen: Seen) -> str:
    """The room in one sentence: how far it is, or what its panel says and how round two moved it."""
    stand = seen.stand
    if stand.room.cancelled_at is not None:
        return "This room was called off; what was not revealed stays private."
    if not seen.shown:
        return f"{progress(seen)}; nobody sees a number before the reveal."
    said = panel_says(seen.shown[-1].round.result)
    if len(seen.shown) == LAST_ROUND:
        return f"{said}; {moved(seen.shown[0].round.result, seen.shown[1].round.result)}."
    if stand.is_asking:
        return f"{said}. Round {stand.round.number}: {progress(seen).lower()}."
    return f"{said}."


def progress(seen: Seen) -> str:
    """How many have answered, as everybody may know."""
    verb = "is" if seen.answered == 1 else "are"
    return f"{seen.answered} of {len(seen.seats)} {verb} in"


def panel_says(result: dict[str, Any]) -> str:
    """What a panel says together, with the spread of its members."""
    said = result["probability"]
    spread = f"from {percent(said['low'])} to {percent(said['high'])}"
    return f"The panel of {result['n']} says {percent(said['headline'])} ({spread})"


def moved(first: dict[str, Any], second: dict[str, Any]) -> str:
    """What round two made of round one."""
    before = percent(first["probability"]["headline"])
    if before == percent(second["probability"]["headline"]):
        return "round two left it there"
    return f"round two moved it from {before}"


def next_step(seen: Seen) -> str:
    """What comes next, for whoever leads and for everybody who waits."""
    stand = seen.stand
    if stand.room.cancelled_at is not None:
        return "It was called off. It can be taken up again, or another room opened."
    if stand.room.closed_at is not None:
        return (
            "It is closed. What the panel said last is in the scenario's series and, once a loss is known, "
            "in the register."
        )
    if stand.is_asking:
        return _asking(seen)
    if stand.may_ask_again:
        return "Talk about why the numbers differ. Then everybody answers once more, each alone."
    return "Both rounds are revealed. Closing the room writes the panel's number down."


def without_round_two(stand: Stand) -> str:
    """What is lost where a room is closed after one round; empty where nothing is."""
    if stand.round.number >= LAST_ROUND:
        return ""
    return (
        "Round two, after talking, makes numbers better: on the panels that we measured it cut the Brier "
        "score of a single forecast by 13 % (docs/pooling.md). Closed now, that is lost."
    )


def _asking(seen: Seen) -> str:
    missing = seen.missing
    if not missing:
        return "Everybody is in: it can be revealed."
    named = f"{', '.join(missing[:-1])} and {missing[-1]}" if len(missing) > 1 else missing[0]
    return f"It waits for {named if len(missing) <= 5 else f'{len(missing)} people'}."
