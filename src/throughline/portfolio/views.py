"""The page's ways of ranking: the best choice, and six formulas beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from throughline.portfolio.saying import points, weeks

BEST = "best"
# By name: what it is called, its formula, and how many digits its scores need.
NAMES: Mapping[str, tuple[str, str]] = {
    BEST: ("Best choice", "value a person-week; what is in comes first"),
    "value": ("Expected value", "confidence × gain − harm, drawn towards the mean by how unsure it is"),
    "raw": ("Raw value", "confidence × gain − harm, as estimated"),
    "rice": ("RICE", "reach × impact × confidence / effort"),
    "ice": ("ICE", "impact × confidence × ease, each from 0 to 10"),
    "wsjf": ("WSJF", "cost of delay / effort"),
    "cd3": ("CD3", "cost of delay / duration"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """A candidate in the order of a view; `is_last` where the capacity is used up after it."""

    row: Mapping[str, Any]
    rank: int | None
    score: float | None
    is_last: bool = False


def ordered(document: Mapping[str, Any], view: str) -> list[Line]:
    """The candidates of an answer in the order of a view, with its cut."""
    if view == BEST:
        return _by_choice(document)
    scored = [(each, _score(each, view)) for each in document["candidates"]]
    given = sorted((score for _, score in scored if score is not None), reverse=True)
    scored.sort(key=lambda pair: (pair[1] is None, -(pair[1] or 0.0), pair[0]["key"]))
    fitting = _fitting([each for each, score in scored if score is not None], document)
    return [
        Line(each, None if score is None else given.index(score) + 1, score, place == fitting)
        for place, (each, score) in enumerate(scored, 1)
    ]


def compared(document: Mapping[str, Any], view: str) -> str:
    """What going down a view until the weeks are used up would be worth beside the best choice."""
    if view == BEST or not document["portfolio"]["feasible"]:
        return ""
    lines = ordered(document, view)
    taken = _taken(lines)
    worth = sum(each.row["value"]["counted"] for each in taken)
    spent = sum(each.row["effort"]["expected"] for each in taken)
    others = sum(not each.row["chosen"] for each in taken)
    said = f"Going down {NAMES[view][0]} until no more fits takes {len(taken)}"
    said += f", worth {points(worth)} for {weeks(spent)}"
    best = document["portfolio"]["value"]
    if not others and len(taken) == len(document["portfolio"]["chosen"]):
        return f"{said}: the same as the best choice."
    differ = f"{others} of them {'is' if others == 1 else 'are'} not in the best choice"
    if worth > best:
        return f"{said}, {points(worth - best)} more, but without regard to the balance; {differ}."
    return f"{said}, {points(best - worth)} less than the best choice; {differ}."


def _by_choice(document: Mapping[str, Any]) -> list[Line]:
    inside = [each for each in document["candidates"] if each["chosen"]]
    outside = {each["key"]: each for each in document["candidates"] if not each["chosen"]}
    nearest = [outside.pop(each["key"]) for each in document["just_missed"]]
    rows = [*inside, *nearest, *outside.values()]
    return [
        Line(each, each["rank"], each["value"]["counted"], place == len(inside))
        for place, each in enumerate(rows, 1)
    ]


def _score(row: Mapping[str, Any], view: str) -> float | None:
    if view == "value":
        return float(row["value"]["shrunk"])
    if view == "raw":
        return float(row["value"]["expected"])
    score = row["views"][view]["score"]
    return None if score is None else float(score)


def _fitting(rows: list[Mapping[str, Any]], document: Mapping[str, Any]) -> int:
    """How many from the top fit, the first that does not ending it."""
    left = document["capacity"]["left"]
    for place, each in enumerate(rows):
        left -= each["effort"]["expected"]
        if left < -1e-9:
            return place
    return len(rows)


def _taken(lines: list[Line]) -> list[Line]:
    last = next((place for place, each in enumerate(lines, 1) if each.is_last), 0)
    return lines[:last]
