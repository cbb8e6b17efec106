"""A line of the thread as prose: who works on what, what it moves, and why anybody wants that."""

from __future__ import annotations

from collections.abc import Sequence

from throughline.engine.thread import KINDS, Node, Thread

RISK_WORDS = {
    "actual_risk": "reduces actual risk",
    "perceived_risk": "reduces the risk that others perceive",
    "delivery": "protects the delivery of value",
}


def narrative(thread: Thread, id: str, *, planned: str = "") -> str:
    """What the node serves, step by step up to the company's goals, and what serves it.

    A step that is missing is said, not skipped. `planned` says who is to do work on which nobody is yet,
    where the reader may know it: "the plan gives it to Max".
    """
    node = thread.nodes[id]
    return " ".join(part for part in (*_own(thread, node, planned), *_why(thread, node)) if part)


def _own(thread: Thread, node: Node, planned: str) -> list[str]:
    below = {kind: _lower(thread, node, kind) for kind in ("person", "initiative", "key_result")}
    match node.kind:
        case "person":
            work = _upper(thread, node, "initiative")
            return [f"{node.title} works on {_listed(work)}." if work else f"{node.title} has no work here."]
        case "initiative":
            people = below["person"]
            works = "work" if len(people) > 1 else "works"
            who = f"{_listed(people, quoted=False)} {works} on {_quoted(node)}." if people else ""
            nobody = f"Nobody has taken {_quoted(node)} yet; {planned}." if planned else ""
            return [who or nobody or f"Nobody works on {_quoted(node)}.", _sentence(node.narrative)]
        case "key_result":
            work = below["initiative"]
            if work:
                moves = "are" if len(work) > 1 else "is"
                return [f"{_listed(work)} {moves} expected to move {_quoted(node)}."]
            return [f"No initiative is expected to move {_quoted(node)}."] if not node.keeps else []
        case "objective":
            results = below["key_result"]
            said = f"{_quoted(node)} is reached when its key results say so: {_listed(results)}."
            return [said if results else f"No key result says when {_quoted(node)} is reached."]
    served = [*_lower(thread, node, "long_term_objective"), *_lower(thread, node, "objective")]
    return [
        f"{_quoted(node)} is served by {_listed(served)}." if served else f"Nothing serves {_quoted(node)}."
    ]


def _why(thread: Thread, node: Node) -> list[str]:
    """The steps above the node, lower kinds first, so that key results come before what they show."""
    said: list[str] = []
    told = {node.id}
    waiting = _nearest(thread, [node])
    before = 1
    while waiting:
        lowest = max(KINDS.index(each.kind) for each in waiting)
        reached = {each: by for each, by in waiting.items() if KINDS.index(each.kind) == lowest}
        if KINDS[lowest] == "goal":
            said.append(_wanted(list(reached)))
        else:
            # "That" would be one of several.
            said += [_step(thread, each, reached, is_plain=before == 1) for each in reached]
        before = len(reached)
        told |= {each.id for each in reached}
        for each, by in _nearest(thread, list(reached)).items():
            waiting.setdefault(each, []).extend(by)
        waiting = {each: by for each, by in waiting.items() if each.id not in told}
    if not said and node.kind != "goal":
        said.append("Why it matters is not written down: it serves nothing above it.")
    return list(dict.fromkeys(said))


def _nearest(thread: Thread, nodes: Sequence[Node]) -> dict[Node, list[Node]]:
    """What the nodes serve, with those that serve it."""
    found: dict[Node, list[Node]] = {}
    for node in nodes:
        for edge in thread.above.get(node.id, ()):
            if edge.kind != "balances":
                found.setdefault(thread.nodes[edge.upper], []).append(node)
    return found


def _step(thread: Thread, upper: Node, reached: dict[Node, list[Node]], *, is_plain: bool) -> str:
    lower = reached[upper]
    match upper.kind:
        case "initiative":
            return _sentence(upper.narrative)
        case "key_result":
            return " ".join(_moved(thread, each, upper) for each in lower)
        case "objective":
            shows = [each for each in lower if each.kind == "key_result"]
            ending = "" if len(shows or lower) > 1 else "s"
            if not shows:
                return f"{_listed(lower)} serve{ending} the objective {_quoted(upper)}."
            return f"{_listed(shows)} show{ending} whether the objective {_quoted(upper)} is reached."
        case "long_term_objective":
            risk = f", which {RISK_WORDS[upper.risk]}" if upper.risk else ""
            who = "That serves" if is_plain else f"{_listed(lower)} serve{'' if len(lower) > 1 else 's'}"
            return f"{who} {_quoted(upper)}{risk}."
    return _wanted([upper])


def _wanted(goals: Sequence[Node]) -> str:
    return f"The company wants it because of its goal{'s' if len(goals) > 1 else ''} {_listed(goals)}."


def _moved(thread: Thread, lower: Node, upper: Node) -> str:
    effects = (edge.effect for edge in thread.above.get(lower.id, ()) if edge.upper == upper.id)
    effect = next(effects, "")
    return f"{_quoted(lower)} is expected to move {_quoted(upper)}{f' by {effect}' if effect else ''}."


def _upper(thread: Thread, node: Node, kind: str) -> list[Node]:
    found = (thread.nodes[edge.upper] for edge in thread.above.get(node.id, ()))
    return [each for each in found if each.kind == kind]


def _lower(thread: Thread, node: Node, kind: str) -> list[Node]:
    edges = (edge for edge in thread.below.get(node.id, ()) if edge.kind != "balances")
    found = (thread.nodes[edge.lower] for edge in edges)
    return [each for each in found if each.kind == kind]


def _quoted(node: Node) -> str:
    return f"“{node.title.rstrip('.')}”"


def _listed(nodes: Sequence[Node], *, quoted: bool = True) -> str:
    said = [_quoted(node) if quoted else node.title for node in nodes]
    return " and ".join(part for part in (", ".join(said[:-1]), *said[-1:]) if part)


def _sentence(text: str) -> str:
    text = " ".join(text.split())
    return text if not text or text.endswith((".", "!", "?")) else f"{text}."
