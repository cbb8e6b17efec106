"""Documents of the API made short enough to be read: what was not said is left out, nothing is reworded."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

SHORT = (
    *("id", "key", "title", "sentence", "objective", "owner", "start", "due", "status", "reason", "verdict"),
    *("value", "low", "high", "n", "unit", "better", "baseline", "target", "bound_low", "bound_high"),
    *("progress", "chance", "likely", "grade", "measured_at", "data_as_of", "warnings"),
)


def slim(document: Mapping[str, Any], names: Iterable[str] = SHORT) -> dict[str, Any]:
    """The named fields that say something.

    >>> slim({"id": 1, "title": "Faster", "grade": None, "facts": {}}, ("id", "grade"))
    {'id': 1}
    """
    return without_nothing({name: document[name] for name in names if name in document})


def without_nothing(document: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that are neither null nor empty."""
    return {name: each for name, each in document.items() if each is not None and each not in ("", [], {})}


def counted(n: int, thing: str) -> str:
    """How many.

    >>> counted(1, "figure"), counted(2, "figure")
    ('1 figure', '2 figures')
    """
    return f"{n} {thing}{'' if n == 1 else 's'}"


def lines_of(thread: Mapping[str, Any], node: str) -> dict[str, Any]:
    """The part of a thread that one node hangs in: all that it serves and all that serves it.

    >>> edges = [{"from": "a", "to": "b"}, {"from": "b", "to": "c"}, {"from": "x", "to": "c"}]
    >>> nodes = [{"id": each} for each in "abcx"]
    >>> found = lines_of({"nodes": nodes, "edges": edges, "broken": []}, "b")
    >>> [each["id"] for each in found["nodes"]], found["above"], found["below"]
    (['a', 'b', 'c'], 1, 1)
    """
    up, down = _reached(thread["edges"], node, "from", "to"), _reached(thread["edges"], node, "to", "from")
    kept = {node, *up, *down}
    # Within what is above, or within what is below: from one to the other there is only the way through it.
    sides = ({node, *up}, {node, *down})
    return {
        "of": node,
        "above": len(up),
        "below": len(down),
        "nodes": [each for each in thread["nodes"] if each["id"] in kept],
        "edges": [e for e in thread["edges"] if any({e["from"], e["to"]} <= side for side in sides)],
        "broken": [each for each in thread["broken"] if each["node"] in kept],
    }


def _reached(edges: list[dict[str, Any]], node: str, here: str, there: str) -> set[str]:
    found: set[str] = set()
    front = [node]
    while front:
        at = front.pop()
        new = {each[there] for each in edges if each[here] == at} - found - {node}
        found |= new
        front += new
    return found
