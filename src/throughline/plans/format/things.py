"""What a plan holds: its sections, their things, and the fields of each, in the order they are written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from throughline.plans.format.shape import Field, Many, Thing, Things
from throughline.plans.format.types import (
    Amount,
    Choice,
    Day,
    Flag,
    Key,
    Moment,
    Name,
    Number,
    Reference,
    Text,
)

API_VERSION = "throughline/v1"
KIND = "Plan"
REASONS = ("wrong measure", "placeholder filled", "scope changed", "target moved")


def _texts(name: str, says: str, longest: int) -> Field:
    return Field(name=name, holds=Text(longest), says=says)


def _title(says: str) -> Field:
    return Field(name="title", holds=Text(240, is_needed=True), says=says, is_required=True)


def _amount(name: str, says: str, default: Any, most: float = 1e12) -> Field:
    return Field(name=name, holds=Number(0, most), says=says, default=default)


def _edges(kind: str, *kinds: str) -> Field:
    said = {
        "contributes": "What it counts towards.",
        "supports": "What it helps without counting towards it.",
        "balances": "What it guards: a tension, never averaged into the score.",
    }
    return Field(name=kind, holds=Many(Reference(kinds)), says=said[kind], default=[])


_KEY = Field(name="key", holds=Key(), says="The short name that never changes.", is_required=True)
_CYCLE_KEY = Field(name="cycle", holds=Key(), says="The key of its cycle.")
_OWNER = _texts("owner", "The one person who answers for it.", 120)
_DESCRIPTION = _texts("description", "What it means, in as many words as it takes.", 10_000)

COUNTERPART = Thing(
    "counterpart",
    "Another team's half: both sides meet at one named outcome.",
    (
        Field(name="team", holds=Text(120, is_needed=True), says="The other team.", is_required=True),
        _title("What the other team does."),
        Field(
            name="outcome",
            holds=Text(240, is_needed=True),
            says="The one outcome at which both sides meet.",
            is_required=True,
        ),
        Field(
            name="owner",
            holds=Text(120, is_needed=True),
            says="Who answers for it there.",
            is_required=True,
        ),
        Field(name="due", holds=Day(), says="The last day.", is_required=True),
        Field(
            name="required",
            holds=Flag(),
            says="Whether the cycle waits for the other team to confirm.",
            default=True,
        ),
        _DESCRIPTION,
    ),
    identity=("team", "title"),
)
_COUNTERPARTS = Field(
    name="counterparts", holds=Things(COUNTERPART), says="The halves of other teams.", default=[]
)

GOAL = Thing(
    "goal",
    "What the organisation wants; it lives outside security.",
    (
        _KEY,
        _title("The goal in one line."),
        _OWNER,
        _texts("source", "Where it was read: an address, or a text.", 2000),
        _DESCRIPTION,
    ),
)

LONG_TERM = Thing(
    "long_term_objective",
    "A tenet of the security team, said so that a person outside security nods.",
    (
        _KEY,
        _title("The tenet in one line."),
        Field(
            name="kind",
            holds=Choice(("actual_risk", "perceived_risk", "delivery")),
            says="Whether it reduces actual risk, perceived risk, or protects delivery.",
            is_required=True,
        ),
        _OWNER,
        _edges("contributes", "goal"),
        _edges("supports", "goal"),
        _edges("balances", "long_term_objective"),
        _DESCRIPTION,
    ),
)

SERIES = Thing(
    "series",
    "A figure that comes from elsewhere; key results name it as they name a metric.",
    (
        Field(name="name", holds=Name(), says="In snake_case.", is_required=True),
        _texts("title", "What it is in one line.", 240),
        Field(
            name="unit",
            holds=Text(20, is_needed=True),
            says="The unit of its values: days, share, count, or any word such as minutes.",
            default="count",
        ),
        Field(name="better", holds=Choice(("lower", "higher")), says="Which way is better."),
        Field(
            name="cadence_days",
            holds=Number(1, 366, is_whole=True),
            says="Every how many days a value should come.",
            default=7,
        ),
        _texts("description", "How it is measured.", 2000),
    ),
    identity=("name",),
)

CYCLE = Thing(
    "cycle",
    "A dated period that is planned, promised and graded as one.",
    (
        _KEY,
        Field(name="title", holds=Text(120, is_needed=True), says="What people call it.", is_required=True),
        Field(name="start", holds=Day(), says="The first day.", is_required=True),
        Field(name="end", holds=Day(), says="The last day; it counts whole.", is_required=True),
        Field(
            name="state",
            holds=Choice(("draft", "proposed", "set", "closed")),
            says="Written by the export and not applied: `throughline cycle` moves a cycle.",
            default="draft",
        ),
    ),
)

PHASE = Thing(
    "phase",
    "A target on the way.",
    (
        Field(name="due", holds=Day(), says="The day.", is_required=True),
        Field(name="target", holds=Amount(), says="The target by then.", is_required=True),
    ),
    identity=(),
)

STEP = Thing(
    "step",
    "A step of a milestone; weights add up to 100.",
    (
        Field(name="key", holds=Key(), says="The short name; made of the title where it is left out."),
        _title("What is done then."),
        Field(name="weight", holds=Number(0, 100), says="Its share of the whole.", is_required=True),
    ),
    identity=(),
)

CHANGE = Thing(
    "change",
    "Why a key result in force changes; it is read by the apply that changes it, and by no other.",
    (
        Field(name="reason", holds=Choice(REASONS), says="The class of the reason.", is_required=True),
        _texts("text", "The reason in your own words.", 500),
    ),
    identity=(),
)

_TERMS = (
    Field(
        name="kind",
        holds=Choice(("move", "keep", "milestone", "binary", "baseline", "forecast")),
        says="What decides it.",
        default="move",
    ),
    Field(
        name="commitment",
        holds=Choice(("committed", "aspirational")),
        says="Whether all of it is expected, or seven tenths.",
        default="committed",
    ),
    _amount("weight", "Its weight in the score of the objective.", 1.0, 1e6),
    _texts("metric", "The name of a metric or of a series, or an expression.", 2000),
    _texts("where", "The slice, such as severity >= 'high'.", 2000),
    _texts("at", "The date that puts a record in the window.", 80),
    _texts("window", "period, all, or a number of days such as 90 days.", 20),
    Field(
        name="baseline", holds=Amount(), says="Where it starts: a number, or measured.", default="measured"
    ),
    Field(name="target", holds=Amount(), says="A number, or a change such as -30%."),
    Field(name="phases", holds=Things(PHASE), says="Targets on the way.", default=[]),
    Field(name="bound_low", holds=Amount(), says="keep: the lower bound, inclusive."),
    Field(name="bound_high", holds=Amount(), says="keep: the upper bound, inclusive."),
    _amount("allowed_outside", "keep: the days outside that are allowed.", 0.0, 1e6),
    Field(name="steps", holds=Things(STEP), says="milestone: its weighted steps.", default=[]),
    _texts("acceptance", "binary: the test by which anybody sees that it happened.", 2000),
    _texts("judge", "Who decides where a person has to.", 120),
    Field(
        name="scale",
        holds=Choice(("probability", "log_odds")),
        says="forecast: on which scale progress counts.",
    ),
    Field(name="start", holds=Moment(), says="The first day; the cycle's where it is left out."),
    Field(name="due", holds=Moment(), says="The last day; the cycle's where it is left out."),
    _OWNER,
    Field(
        name="cadence_days",
        holds=Number(0, 366, is_whole=True),
        says="Every how many days a value should come; the metric's own where it is left out.",
        default=0,
    ),
    _texts("why", "Why this serves the objective.", 2000),
    _texts("why_target", "Why this target.", 2000),
    _texts("how_measured", "How it is measured.", 2000),
)
_KEY_RESULT = (
    _KEY,
    _texts("title", "A title instead of the sentence made from the fields.", 240),
    *_TERMS,
    _edges("contributes", "objective"),
    _edges("supports", "objective"),
    _edges("balances", "objective"),
    _COUNTERPARTS,
    Field(
        name="change",
        holds=Things(CHANGE, is_one=True),
        says="Why it changes, where it is in force already.",
        default=None,
    ),
)
TERMS = ("title", *(field.name for field in _TERMS))
_SAYS_KEY_RESULT = "A promise that the machine, or a named judge, can decide."
KEY_RESULT = Thing("key_result", _SAYS_KEY_RESULT, _KEY_RESULT)
# The same beside the objectives: for a file of its own, and for one that serves no objective.
LOOSE_KEY_RESULT = Thing(
    "key_result",
    _SAYS_KEY_RESULT,
    (
        _KEY,
        Field(name="objective", holds=Key(), says="The key of the objective that it serves."),
        *_KEY_RESULT[1:],
    ),
)

OBJECTIVE = Thing(
    "objective",
    "What a cycle is to reach, said without a number.",
    (
        _KEY,
        _title("The objective in one line."),
        Field(name="cycle", holds=Key(), says="The key of its cycle.", is_required=True),
        _OWNER,
        _edges("contributes", "goal", "long_term_objective"),
        _edges("supports", "goal", "long_term_objective", "objective"),
        _edges("balances", "objective"),
        _DESCRIPTION,
        _COUNTERPARTS,
        Field(
            name="key_results",
            holds=Things(KEY_RESULT),
            says="What decides whether it is reached.",
            default=[],
        ),
    ),
)

_LARGEST_EFFECT = 1e15
EFFECT = Thing(
    "effect",
    "The change of a key result's value that the work should bring, as a range with a confidence.",
    (
        Field(name="key_result", holds=Key(), says="The key of the key result.", is_required=True),
        Field(
            name="low",
            holds=Number(-_LARGEST_EFFECT, _LARGEST_EFFECT),
            says="The lower end; -8 is eight less, and 0.1 of a share ten percentage points more.",
            is_required=True,
        ),
        Field(
            name="high",
            holds=Number(-_LARGEST_EFFECT, _LARGEST_EFFECT),
            says="The upper end.",
            is_required=True,
        ),
        Field(
            name="confidence",
            holds=Number(0, 1, is_above=True),
            says="How sure it is that the change lies in the range.",
            is_required=True,
        ),
    ),
    identity=("key_result",),
)

INITIATIVE = Thing(
    "initiative",
    "Work that is expected to move key results.",
    (
        _KEY,
        _title("The work in one line."),
        _CYCLE_KEY,
        Field(
            name="status",
            holds=Choice(("planned", "doing", "done", "dropped")),
            says="Where it is.",
            default="planned",
        ),
        _OWNER,
        Field(name="people", holds=Many(Text(120, is_needed=True)), says="Who works on it.", default=[]),
        _texts("narrative", "How one would tell it to a board or a customer.", 2000),
        _amount("effort_low", "The least effort, in person-weeks.", None),
        _amount("effort_high", "The most effort, in person-weeks.", None),
        _amount("delay_cost", "What a week's delay costs, in the organisation's currency.", None),
        Field(
            name="delay_profile",
            holds=Choice(("constant", "deadline", "decaying")),
            says="How the cost of delay runs.",
            default="constant",
        ),
        Field(name="start", holds=Day(), says="The first day."),
        Field(name="due", holds=Day(), says="The last day."),
        Field(
            name="links",
            holds=Many(Text(2000, is_needed=True)),
            says="Addresses of project plans, tickets, documents.",
            default=[],
        ),
        _edges("contributes", "objective"),
        _edges("supports", "objective", "goal"),
        Field(name="effects", holds=Things(EFFECT), says="What it should change.", default=[]),
        _DESCRIPTION,
        _COUNTERPARTS,
    ),
)

PLAN = Thing(
    "plan",
    "A plan of Throughline: goals, long-term objectives, and the quarters that serve them.",
    (
        Field(
            name="apiVersion",
            holds=Choice((API_VERSION,)),
            says="The format of the file: throughline/v1.",
            is_required=True,
        ),
        Field(name="kind", holds=Choice((KIND,)), says="What the file holds: Plan.", is_required=True),
        *(
            Field(name=name, holds=Things(thing), says=thing.says, default=[])
            for name, thing in (
                ("goals", GOAL),
                ("long_term_objectives", LONG_TERM),
                ("series", SERIES),
                ("cycles", CYCLE),
                ("objectives", OBJECTIVE),
                ("key_results", LOOSE_KEY_RESULT),
                ("initiatives", INITIATIVE),
            )
        ),
    ),
    identity=(),
)
SECTIONS: Mapping[str, Thing] = {
    field.name: field.holds.of for field in PLAN.fields if isinstance(field.holds, Things)
}
EDGES = ("contributes", "supports", "balances")


def things(thing: Thing = PLAN) -> Iterator[Thing]:
    """A thing and all that it holds, each once a place."""
    yield thing
    for field in thing.fields:
        if isinstance(field.holds, Things):
            yield from things(field.holds.of)
