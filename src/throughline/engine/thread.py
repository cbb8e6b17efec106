"""The thread: company goal, long-term objective, objective, key result, initiative, person.

Edges lead upwards, from what serves to what is served. A thread is broken where somebody works for
something that moves nothing, or something is promised that nobody works for.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["goal", "long_term_objective", "objective", "key_result", "initiative", "person"]
EdgeKind = Literal["contributes", "supports", "balances"]
RiskKind = Literal["actual_risk", "perceived_risk", "delivery"]

KINDS: tuple[Kind, ...] = ("goal", "long_term_objective", "objective", "key_result", "initiative", "person")
RISK_KINDS: tuple[RiskKind, ...] = ("actual_risk", "perceived_risk", "delivery")
EDGE_KINDS: tuple[EdgeKind, ...] = ("contributes", "supports", "balances")
COUNTING = ("contributes", "supports")
# Sweeps over the columns after which the order no longer gets better on plans of the usual size.
SWEEPS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A part of the plan; `id` is its kind and key, such as `goal:trust`.

    `risk` is what a long-term objective reduces; `narrative` the story of an initiative; `weeks` its effort
    in person-weeks. `keeps` marks a key result that holds a bound, which nobody has to move.
    """

    id: str
    kind: Kind
    title: str
    risk: RiskKind | None = None
    narrative: str = ""
    weeks: tuple[float, float] | None = None
    weight: float = 1.0
    keeps: bool = False
    is_done: bool = False


@dataclass(frozen=True, slots=True)
class Edge:
    """One node serves another; `effect` says how an initiative is expected to move a key result."""

    lower: str
    upper: str
    kind: EdgeKind
    effect: str = ""


@dataclass(frozen=True, slots=True)
class Broken:
    """Where the thread is broken, and why, in a sentence."""

    node: str
    reason: str


@dataclass(frozen=True, slots=True)
class Share:
    """How much of the plan goes one way: key results by weight, and person-weeks as a range."""

    risk: RiskKind
    key_results: float
    share: float
    weeks: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Thread:
    """The graph. Nodes that an edge names and nobody gave are refused by `woven`."""

    nodes: Mapping[str, Node]
    edges: tuple[Edge, ...]
    above: Mapping[str, tuple[Edge, ...]] = field(repr=False)
    below: Mapping[str, tuple[Edge, ...]] = field(repr=False)

    def of_kind(self, kind: Kind) -> list[Node]:
        """The nodes of a kind, in the order given."""
        return [node for node in self.nodes.values() if node.kind == kind]


def woven(nodes: Iterable[Node], edges: Iterable[Edge]) -> Thread:
    """The graph of the nodes; an edge to or from a node that is not among them is left out.

    >>> thread = woven([Node(id="goal:trust", kind="goal", title="Win trust")], [])
    >>> [broken.reason for broken in broken_threads(thread)]
    ['No objective serves this goal.']
    """
    by_id = {node.id: node for node in nodes}
    kept = tuple(edge for edge in edges if edge.lower in by_id and edge.upper in by_id)
    above: dict[str, list[Edge]] = defaultdict(list)
    below: dict[str, list[Edge]] = defaultdict(list)
    for edge in kept:
        above[edge.lower].append(edge)
        below[edge.upper].append(edge)
    return Thread(by_id, kept, *({id: tuple(found) for id, found in side.items()} for side in (above, below)))


def broken_threads(thread: Thread) -> list[Broken]:
    """Where the thread is broken, from goals down to initiatives; each node may be named more than once."""
    return [
        Broken(node.id, reason)
        for kind in KINDS
        for node in thread.of_kind(kind)
        for reason in _REASONS[kind](thread, node)
    ]


def _goal(thread: Thread, node: Node) -> Iterable[str]:
    if not _served_by(thread, node, ("long_term_objective", "objective")):
        yield "No objective serves this goal."


def _long_term(thread: Thread, node: Node) -> Iterable[str]:
    if not _reaches_goal(thread, node):
        yield "It reaches no company goal."


def _objective(thread: Thread, node: Node) -> Iterable[str]:
    if not _reaches_goal(thread, node):
        yield "It reaches no company goal."
    if not _served_by(thread, node, ("key_result",)):
        yield "No key result says when it is reached."


def _key_result(thread: Thread, node: Node) -> Iterable[str]:
    if not any(thread.nodes[edge.upper].kind == "objective" for edge in thread.above.get(node.id, ())):
        yield "It belongs to no objective."
    balances = any(edge.kind == "balances" for edge in thread.above.get(node.id, ()))
    if not (node.keeps or node.is_done or balances or _served_by(thread, node, ("initiative",))):
        yield "No initiative is expected to move it."


def _initiative(thread: Thread, node: Node) -> Iterable[str]:
    if not any(thread.nodes[edge.upper].kind == "key_result" for edge in thread.above.get(node.id, ())):
        yield "It is expected to move no key result."
    if not node.narrative.strip():
        yield "It has no narrative: how would you tell the board, a customer, an engineer?"
    if not (node.is_done or _served_by(thread, node, ("person",))):
        yield "Nobody works on it."


def _person(thread: Thread, node: Node) -> Iterable[str]:
    return ()


_REASONS: Mapping[Kind, Callable[[Thread, Node], Iterable[str]]] = {
    "goal": _goal,
    "long_term_objective": _long_term,
    "objective": _objective,
    "key_result": _key_result,
    "initiative": _initiative,
    "person": _person,
}


def _served_by(thread: Thread, node: Node, kinds: Sequence[Kind]) -> bool:
    return any(
        edge.kind in COUNTING and thread.nodes[edge.lower].kind in kinds
        for edge in thread.below.get(node.id, ())
    )


def _reaches_goal(thread: Thread, node: Node) -> bool:
    return any(thread.nodes[id].kind == "goal" for id in upwards(thread, node.id))


def upwards(thread: Thread, id: str) -> list[str]:
    """All that a node serves, nearest first; a guardrail serves what it balances in no way that counts."""
    return _walked(id, lambda at: [edge.upper for edge in thread.above.get(at, ()) if edge.kind in COUNTING])


def downwards(thread: Thread, id: str) -> list[str]:
    """All that serves a node, nearest first."""
    return _walked(id, lambda at: [edge.lower for edge in thread.below.get(at, ()) if edge.kind in COUNTING])


def line_of(thread: Thread, id: str) -> frozenset[str]:
    """The node with all that it serves and all that serves it."""
    return frozenset([id, *upwards(thread, id), *downwards(thread, id)])


def _walked(start: str, step: Callable[[str], list[str]]) -> list[str]:
    found, waiting = [start], [start]
    while waiting:
        fresh = [id for id in dict.fromkeys(step(waiting.pop(0))) if id not in found]
        found += fresh
        waiting += fresh
    return found[1:]


def balance(thread: Thread) -> list[Share]:
    """How the plan divides between actual risk, perceived risk and delivery.

    A key result counts with its weight, an initiative with its effort, each shared equally between the kinds
    that it reaches. Shares are of the key results that reach any; 0 where none does.
    """
    weights: dict[RiskKind, float] = dict.fromkeys(RISK_KINDS, 0.0)
    weeks: dict[RiskKind, tuple[float, float]] = dict.fromkeys(RISK_KINDS, (0.0, 0.0))
    for node in thread.nodes.values():
        kinds = _risks_of(thread, node)
        for risk in kinds:
            if node.kind == "key_result":
                weights[risk] += node.weight / len(kinds)
            elif node.kind == "initiative" and node.weeks is not None:
                low, high = (each / len(kinds) for each in node.weeks)
                weeks[risk] = (weeks[risk][0] + low, weeks[risk][1] + high)
    total = sum(weights.values())
    return [
        Share(risk, weights[risk], weights[risk] / total if total else 0.0, weeks[risk])
        for risk in RISK_KINDS
    ]


def _risks_of(thread: Thread, node: Node) -> list[RiskKind]:
    reached = (thread.nodes[id].risk for id in upwards(thread, node.id))
    return list(dict.fromkeys(risk for risk in reached if risk is not None))


def columns(thread: Thread) -> list[list[str]]:
    """The nodes by kind, each column in an order in which few edges cross (barycentre heuristic).

    Sugiyama, Tagawa and Toda 1981: a node stands near the mean place of those that it is joined with.
    """
    order = [[node.id for node in thread.of_kind(kind)] for kind in KINDS]
    for sweep in range(SWEEPS):
        downward = sweep % 2 == 0
        places = {id: place / max(len(column), 1) for column in order for place, id in enumerate(column)}
        for column in order if downward else reversed(order):
            column.sort(key=lambda id: _mean_place(thread, id, places, above=downward))
            places |= {id: place / len(column) for place, id in enumerate(column)}
    return order


def _mean_place(thread: Thread, id: str, places: Mapping[str, float], *, above: bool) -> float:
    joined = (
        [edge.upper for edge in thread.above.get(id, ())]
        if above
        else [edge.lower for edge in thread.below.get(id, ())]
    )
    return sum(places[each] for each in joined) / len(joined) if joined else places[id]
