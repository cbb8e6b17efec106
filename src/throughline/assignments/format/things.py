"""Everything that the file of a team may say: the table from which it is read and its schema is made."""

from __future__ import annotations

from throughline.engine.matching.question import BETA, CONTINUITY, PHI, PRICE
from throughline.plans.format.shape import Field, Many, Named, Thing, Things
from throughline.plans.format.types import Flag, Number, Text

TITLE = "A team and the work before it, for throughline next"
MOST_WEEKS, MOST_PEOPLE = 1_000, 1_000
_NAME = Text(80, is_needed=True)
_PART = Number(0, 1)
_ID = Field(name="id", holds=_NAME, says="The short name; it must be the only one.", is_required=True)


def _parts(name: str, says: str) -> Field:
    return Field(name=name, holds=Named(_PART), says=says, default=None)


def _people(name: str, says: str) -> Field:
    return Field(name=name, holds=Many(_NAME), says=says, default=[])


def _number(name: str, holds: Number, says: str, default: float | int | None = None) -> Field:
    return Field(name=name, holds=holds, says=says, default=default)


PERSON = Thing(
    "person",
    "Somebody of the team.",
    (
        _ID,
        Field(name="name", holds=Text(240), says="What people call them; the id where it is left out."),
        Field(
            name="capacity",
            holds=Number(0, MOST_WEEKS),
            says="The weeks that they have, after on-call, leave and what keeps the lights on.",
            is_required=True,
        ),
        _parts("interests", "By kind of work, from 0 to 1; what is not stated counts 0 and is named."),
        _parts("growth", "What they want to grow in, by kind of work, from 0 to 1."),
        Field(name="likes", holds=Many(_NAME), says="The kinds that they like most.", default=[]),
        _parts("skills", "What they can do, by kind, from 0 to 1: only for floors, worth nothing itself."),
        _number(
            "account",
            Number(-10, 10),
            "What earlier quarters left them, added to their match in fairness; below 0 who is owed some.",
            0.0,
        ),
    ),
    identity=("id",),
)

WORK = Thing(
    "work",
    "A piece of work.",
    (
        _ID,
        Field(name="title", holds=Text(240), says="What people call it; the id where it is left out."),
        Field(
            name="value",
            holds=_PART,
            says="What it is worth to the business, from 0 to 1: once, however many do it.",
            is_required=True,
        ),
        _parts("kinds", "How large a part of it is of each kind; together at most 1."),
        Field(
            name="grows",
            holds=Many(_NAME),
            says="The kinds in which one can grow there; all of its kinds where it is left out.",
            default=[],
        ),
        Field(
            name="weeks",
            holds=Number(0, MOST_WEEKS, is_above=True),
            says="The weeks that each person on it gives.",
            is_required=True,
        ),
        _number("min", Number(1, MOST_PEOPLE, is_whole=True), "The fewest people that can do it.", 1),
        _number("max", Number(1, MOST_PEOPLE, is_whole=True), "The most; the min where it is left out."),
        _people("must", "Who does it, by id; the work is then done."),
        _people("never", "Who does not do it, by id."),
        _people("continues", "Who goes on with it, which is worth a little (settings.continuity)."),
        _parts("skills", "The least skill that it needs, by kind, from 0 to 1."),
        Field(
            name="mentor",
            holds=Flag(),
            says="Whether who is below the floor may join when somebody else on it is not.",
            default=False,
        ),
        Field(name="objective", holds=Text(240), says="What it serves, for balance."),
    ),
    identity=("id",),
)

BALANCE = Thing(
    "balance_rule",
    "A share of all given weeks that serves an objective. It may be missed, at a price.",
    (
        Field(name="objective", holds=_NAME, says="The objective, as work names it.", is_required=True),
        Field(name="at_least", holds=_PART, says="The share of all given weeks.", is_required=True),
        _number("price", Number(0, 1e6), "What a person-quarter costs by which it is missed.", PRICE),
    ),
    identity=("objective",),
)

SETTINGS = Thing(
    "settings",
    "What is worth what, in person-quarters of fully matching work.",
    (
        _number("beta", Number(0, 1e6), "A facet of a piece of work that somebody on it likes.", BETA),
        _number("phi", Number(0, 1e6), "The match of whoever has the least, for fairness.", PHI),
        _number("continuity", Number(0, 1e6), "A quarter spent on work that one goes on with.", CONTINUITY),
    ),
    identity=(),
)

WEIGHTS = Thing(
    "weights",
    "What the three terms count beside each other; only their proportion counts.",
    (
        _number("business", Number(0, 1e6), "The value to the business.", 0.0),
        _number("interest", Number(0, 1e6), "What people are interested in.", 0.0),
        _number("growth", Number(0, 1e6), "What people want to grow in.", 0.0),
    ),
    identity=(),
)

TEAM = Thing(
    "team",
    "A team and the work before it.",
    (
        Field(name="people", holds=Things(PERSON), says=PERSON.says, is_required=True, default=[]),
        Field(name="work", holds=Things(WORK), says="What there is to do.", is_required=True, default=[]),
        Field(name="balance", holds=Things(BALANCE), says=BALANCE.says, default=[]),
        Field(name="settings", holds=Things(SETTINGS, is_one=True), says=SETTINGS.says, default=None),
        Field(name="weights", holds=Things(WEIGHTS, is_one=True), says=WEIGHTS.says, default=None),
    ),
    identity=(),
)
