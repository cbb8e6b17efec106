"""The thread from goal to person: what reaches what, where it is broken, and what it says as prose."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from throughline.engine.narratives import narrative
from throughline.engine.thread import (
    KINDS,
    Edge,
    Node,
    balance,
    broken_threads,
    columns,
    downwards,
    line_of,
    upwards,
    woven,
)

NODES = {
    "trust": Node(id="trust", kind="goal", title="Win enterprise customers"),
    "secure": Node(id="secure", kind="long_term_objective", title="Secure the product", risk="actual_risk"),
    "repair": Node(id="repair", kind="objective", title="Repair what matters first"),
    "faster": Node(id="faster", kind="key_result", title="Time to remediate", weight=2.0),
    "robot": Node(
        id="robot",
        kind="initiative",
        title="Patch by robot",
        narrative="Robots patch while we sleep",
        weeks=(4, 8),
    ),
    "mia": Node(id="mia", kind="person", title="Mia"),
}
LINE = (
    Edge("secure", "trust", "contributes"),
    Edge("repair", "secure", "contributes"),
    Edge("faster", "repair", "contributes"),
    Edge("robot", "faster", "contributes", "-8 to -3 days"),
    Edge("mia", "robot", "contributes"),
)


def thread(*, without: str = "", edges=LINE, **more: Node):
    kept = {id: node for id, node in {**NODES, **more}.items() if id != without}
    return woven(kept.values(), edges)


def reasons(found) -> list[tuple[str, str]]:
    return [(broken.node, broken.reason) for broken in broken_threads(found)]


def test_a_line_from_goal_to_person_is_unbroken():
    assert reasons(thread()) == []
    assert upwards(thread(), "mia") == ["robot", "faster", "repair", "secure", "trust"]
    assert downwards(thread(), "trust") == ["secure", "repair", "faster", "robot", "mia"]


@pytest.mark.parametrize(
    ("gone", "expected"),
    [
        ("trust", [("secure", "It reaches no company goal."), ("repair", "It reaches no company goal.")]),
        ("secure", [("trust", "No objective serves this goal."), ("repair", "It reaches no company goal.")]),
        ("repair", [("faster", "It belongs to no objective.")]),
        (
            "faster",
            [
                ("repair", "No key result says when it is reached."),
                ("robot", "It is expected to move no key result."),
            ],
        ),
        ("robot", [("faster", "No initiative is expected to move it.")]),
        ("mia", [("robot", "Nobody works on it.")]),
    ],
)
def test_each_missing_part_breaks_the_thread_where_it_is_missing(gone, expected):
    assert reasons(thread(without=gone)) == expected


def test_work_without_a_story_is_a_broken_thread():
    silent = Node(id="robot", kind="initiative", title="Patch by robot", narrative=" ")
    assert [id for id, reason in reasons(thread(robot=silent)) if "narrative" in reason] == ["robot"]


def test_an_objective_may_serve_a_goal_without_a_long_term_objective():
    edges = (Edge("repair", "trust", "supports"), *LINE[2:])
    assert reasons(thread(without="secure", edges=edges)) == []


def test_a_guardrail_neither_counts_for_what_it_balances_nor_needs_work():
    guard = Node(id="guard", kind="key_result", title="No slower builds", keeps=True)
    speed = Node(id="speed", kind="objective", title="Deliver daily")
    edges = (*LINE, Edge("guard", "repair", "balances"), Edge("guard", "speed", "contributes"))
    edges = (*edges, Edge("speed", "trust", "contributes"))
    found = thread(edges=edges, guard=guard, speed=speed)
    assert reasons(found) == []
    assert "repair" not in upwards(found, "guard")
    assert "guard" not in line_of(found, "repair")


def test_balance_shares_a_key_result_between_the_kinds_that_it_reaches():
    paved = Node(id="paved", kind="long_term_objective", title="Deliver", risk="delivery")
    edges = (*LINE, Edge("paved", "trust", "contributes"), Edge("repair", "paved", "contributes"))
    actual, perceived, delivery = balance(thread(edges=edges, paved=paved))
    assert (actual.key_results, perceived.key_results, delivery.key_results) == (1.0, 0.0, 1.0)
    assert (actual.share, delivery.weeks) == (0.5, (2.0, 4.0))


def test_the_balance_of_nothing_is_nothing():
    assert [each.share for each in balance(woven([], []))] == [0.0, 0.0, 0.0]


def test_a_line_is_told_from_the_person_to_the_goal():
    assert narrative(thread(), "mia") == (
        "Mia works on “Patch by robot”. Robots patch while we sleep. “Patch by robot” is expected to move "
        "“Time to remediate” by -8 to -3 days. “Time to remediate” shows whether the objective “Repair what "
        "matters first” is reached. That serves “Secure the product”, which reduces actual risk. The company "
        "wants it because of its goal “Win enterprise customers”."
    )


def test_work_that_nobody_is_on_says_whom_a_plan_gives_it_to_and_else_that_nobody_is():
    bare, given = thread(edges=(Edge("robot", "repair", "contributes"),)), "the plan gives it to Max"
    planned = narrative(bare, "robot", planned=given)
    assert planned.startswith("Nobody has taken “Patch by robot” yet; the plan gives it to Max.")
    assert narrative(bare, "robot").startswith("Nobody works on “Patch by robot”.")
    assert narrative(thread(), "robot", planned=given) == narrative(thread(), "robot")


def test_an_objective_is_told_after_the_key_results_that_show_it_also_where_work_serves_it_directly():
    both = narrative(thread(edges=(*LINE, Edge("robot", "repair", "contributes"))), "mia")
    assert both == narrative(thread(), "mia")
    alone = narrative(thread(edges=(Edge("robot", "repair", "contributes"),)), "robot")
    assert "“Patch by robot” serves the objective “Repair what matters first”." in alone


def test_of_two_objectives_the_story_names_which_serves_what():
    other = Node(id="answer", kind="objective", title="Answer sooner")
    more = (Edge("robot", "answer", "contributes"), Edge("answer", "secure", "contributes"))
    told = narrative(thread(edges=(*LINE, *more), answer=other), "robot")
    assert "“Answer sooner” and “Repair what matters first” serve “Secure the product”, which reduces" in told


@pytest.mark.parametrize("id", NODES)
def test_every_part_has_a_story_that_ends_in_a_full_stop(id):
    assert narrative(thread(), id).endswith(".")


def test_a_story_says_what_is_missing_instead_of_skipping_it():
    assert "serves nothing above it" in narrative(thread(edges=()), "robot")
    assert narrative(thread(edges=()), "faster").startswith("No initiative is expected to move")


def test_columns_hold_every_node_once_and_put_neighbours_side_by_side():
    goals = [Node(id=f"g{n}", kind="goal", title="") for n in range(4)]
    objectives = [Node(id=f"o{n}", kind="objective", title="") for n in range(4)]
    crossed = [Edge(f"o{n}", f"g{3 - n}", "contributes") for n in range(4)]
    order = columns(woven([*goals, *objectives], crossed))
    assert [each.removeprefix("g") for each in order[0]] == [
        str(3 - int(each.removeprefix("o"))) for each in order[KINDS.index("objective")]
    ]


IDS = st.integers(min_value=0, max_value=11)


@given(st.lists(st.tuples(IDS, IDS, st.sampled_from(["contributes", "supports", "balances"])), max_size=40))
def test_any_graph_even_one_with_circles_is_walked_drawn_and_told(edges):
    nodes = [Node(id=str(n), kind=KINDS[n % 6], title=f"T{n}") for n in range(12)]
    found = woven(nodes, [Edge(str(low), str(high), kind) for low, high, kind in edges])
    assert sorted(id for column in columns(found) for id in column) == sorted(found.nodes)
    for node in nodes:
        assert node.id not in upwards(found, node.id)
        assert narrative(found, node.id).endswith(".")
    assert {broken.node for broken in broken_threads(found)} <= set(found.nodes)
