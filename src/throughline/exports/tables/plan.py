"""Cycles, goals, objectives and initiatives, and what joins them."""

from __future__ import annotations

from throughline.exports.declared import (
    Column,
    Part,
    Table,
    day,
    identity,
    instant,
    number,
    stored,
    text,
    texts,
    whole,
)


def _item(*more: Column) -> tuple[Column, ...]:
    """The columns that every part of the plan has, and further ones."""
    return (
        identity(),
        text("key", "The name by which files and addresses call it; it never changes."),
        text("title", "What it is, in a line."),
        text("description", "What it is, at length."),
        text("owner_name", "Who answers for it."),
        *more,
        whole("position", "Its place among its like, from 0."),
        instant("created_at", "When it was written."),
        instant("archived_at", "When it was given up; null while it is pursued."),
    )


def _cycle() -> Column:
    return whole("cycle_id", "The cycle that it is of.", to="cycles.id")


_ENDS = "goal, long_term_objective, objective, key_result or initiative"

PLAN = (
    Table(
        "cycles",
        "A dated period that is planned, promised and graded as one: a quarter, or any other.",
        (
            identity(),
            text("key", "The name by which files and addresses call it."),
            text("title", "What it is called."),
            day("start", "Its first day."),
            day("end", "Its last day, which counts whole."),
            text("state", "draft, proposed, set or closed."),
            instant("created_at", "When it was written."),
            instant("proposed_at", "When it was proposed."),
            instant("set_at", "When it was set: its key results are in force since."),
            instant("closed_at", "When it was closed."),
        ),
        stored("objectives.Cycle"),
    ),
    Table(
        "goals",
        "What the organisation wants.",
        _item(text("source", "Where it was read.")),
        stored("objectives.Goal"),
    ),
    Table(
        "long_term_objectives",
        "A tenet of the security team.",
        _item(text("kind", "actual_risk, perceived_risk or delivery.")),
        stored("objectives.LongTermObjective"),
    ),
    Table(
        "objectives",
        "What a cycle is to reach, said without a number.",
        _item(_cycle()),
        stored("objectives.Objective"),
    ),
    Table(
        "initiatives",
        "Work that is expected to move key results.",
        _item(
            _cycle(),
            text("status", "planned, doing, done or dropped."),
            text("narrative", "How one would tell it."),
            number("effort_low", "The least that it takes.", unit="person-weeks"),
            number("effort_high", "The most that it takes.", unit="person-weeks"),
            number("delay_cost", "What a delay costs.", unit="the organisation's currency a week"),
            text("delay_profile", "constant, deadline or decaying."),
            day("start", "The day on which it begins."),
            day("due", "The day on which it is done."),
            texts("links", "Addresses of plans, tickets and documents."),
        ),
        stored("objectives.Initiative"),
    ),
    Table(
        "initiative_effects",
        "What an initiative is expected to change in a key result, and what it changed.",
        (
            identity(),
            whole("initiative_id", "The initiative.", to="initiatives.id"),
            whole("key_result_id", "The key result.", to="key_results.id"),
            number("low", "The lower end of the expected change.", unit="the key result's unit"),
            number("high", "The upper end of the expected change.", unit="the key result's unit"),
            number("confidence", "The chance that the change is in that range.", unit="0 to 1"),
            number("realised", "What it changed.", unit="the key result's unit"),
            instant("realised_at", "When that was said."),
            text("realised_note", "How that is known."),
            text("realised_by", "Who said it."),
            instant("created_at", "When it was expected."),
        ),
        stored("objectives.Effect"),
    ),
    Table(
        "initiative_people",
        "Who works on an initiative, as the thread shows it.",
        (
            identity(),
            whole("initiative_id", "The initiative.", to="initiatives.id"),
            text("name", "The person."),
        ),
        stored("objectives.Assignment"),
    ),
    Table(
        "published_work",
        "Who does what in a cycle as it was published: a piece of work of one person. "
        "The newest plan of a cycle is in force.",
        (
            whole("plan_id", "The plan that it stands in.", "pk"),
            _cycle(),
            instant("published_at", "When the plan was published."),
            text("author", "Who published it."),
            text("note", "What was said of the plan."),
            whole("person_id", "The number of the person.", Part("person")),
            text("name", "The person.", Part("name")),
            text(
                "work",
                "initiative: and its key in initiatives, or key_result: and the id of the one that is owned.",
                Part("work"),
            ),
            text("title", "What the work was called.", Part("title")),
            number("share", "The part of the person's weeks that it takes.", Part("share"), unit="0 to 1"),
            number("weeks", "What it takes of each who does it.", Part("weeks"), unit="person-weeks"),
        ),
        stored("assignments.Plan", order=("published_at", "pk")),
        key=("plan_id", "person_id", "work"),
        parts="document",
    ),
    Table(
        "edges",
        "What serves what: from_id is the id in the table of from_kind, to_id that in the table of to_kind.",
        (
            identity(),
            text("from_kind", f"What serves: {_ENDS}."),
            whole("from_id", "The id of what serves."),
            text("kind", "contributes (it counts), supports (it is shown) or balances (a guardrail)."),
            text("to_kind", f"What is served: {_ENDS}."),
            whole("to_id", "The id of what is served."),
            instant("created_at", "When they were joined."),
        ),
        stored("objectives.Edge"),
    ),
)
