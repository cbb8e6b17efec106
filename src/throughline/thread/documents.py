"""The thread as JSON and as rows, the same for the command line and the page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from throughline.engine.thread import Thread, balance, broken_threads
from throughline.thread.queries import Plan

COLUMNS = ("id", "kind", "title", "owner", "serves", "broken")


def document(thread: Thread) -> dict[str, Any]:
    """Nodes, edges (from what serves to what is served), what is broken, and the balance."""
    return {
        "nodes": [{"id": each.id, "kind": each.kind, "title": each.title} for each in thread.nodes.values()],
        "edges": [
            {"from": each.lower, "to": each.upper, "kind": each.kind, "effect": each.effect or None}
            for each in thread.edges
        ],
        "broken": [{"node": each.node, "reason": each.reason} for each in broken_threads(thread)],
        "balance": [
            {
                "kind": each.risk,
                "key_results": each.key_results,
                "share": each.share,
                "weeks": {"low": each.weeks[0], "high": each.weeks[1]},
            }
            for each in balance(thread)
        ],
    }


def rows(plan: Plan, thread: Thread) -> Iterator[tuple[str, ...]]:
    """One row a node, in the order of COLUMNS."""
    broken: dict[str, list[str]] = {}
    for each in broken_threads(thread):
        broken.setdefault(each.node, []).append(each.reason)
    for node in thread.nodes.values():
        serves = "; ".join(f"{edge.kind} {edge.upper}" for edge in thread.above.get(node.id, ()))
        owner = plan.parts[node.id].owner
        yield (node.id, node.kind, node.title, owner, serves, " ".join(broken.get(node.id, ())))
