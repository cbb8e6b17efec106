"""Everything that the file of a portfolio may say: the table from which it is read and its schema is made."""

from __future__ import annotations

from throughline.plans.format.shape import Field, Many, Thing, Things
from throughline.plans.format.types import Choice, Flag, Key, Number, Text

TITLE = "A portfolio to choose, for throughline portfolio"
PROFILES = ("constant", "deadline", "decaying")
EACH = "each"
MOST_WEEKS = 100_000
_LARGEST = 1e12
_AMOUNT = Number(-_LARGEST, _LARGEST)
# Below a thousandth a 90 % range would have a mean that nobody means.
_ABOVE = Number(0.001, 1e9)

_KEY = Field(name="key", holds=Key(), says="The short name; it must be the only one.", is_required=True)
_TITLE = Field(name="title", holds=Text(240), says="What people call it; the key where it is left out.")


def _number(name: str, holds: Number, says: str, default: float | int | None = None) -> Field:
    return Field(name=name, holds=holds, says=says, default=default)


def _ends(says: str, holds: Number) -> tuple[Field, Field]:
    return (
        Field(name="low", holds=holds, says=f"The lower end of a 90 % range{says}.", is_required=True),
        Field(
            name="high", holds=holds, says="The upper end; the same where it is certain.", is_required=True
        ),
    )


def _range(name: str, says: str, *, is_required: bool = False) -> Field:
    holds = Things(RANGE, is_one=True)
    return Field(name=name, holds=holds, says=says, default=None, is_required=is_required)


RANGE = Thing("range", "A 90 % range above 0.", _ends("", _ABOVE), identity=())

OBJECTIVE = Thing(
    "objective",
    "What the quarter is to reach.",
    (_KEY, _TITLE, _number("weight", Number(0, 1e6), "What it is worth, in points.", 1.0)),
)

KEY_RESULT = Thing(
    "key_result",
    "What decides whether an objective is reached; all of its way is worth its part of that one's weight.",
    (
        _KEY,
        _TITLE,
        Field(name="objective", holds=Key(), says="The key of the objective that it decides."),
        Field(name="baseline", holds=_AMOUNT, says="Where it starts, in its own unit.", is_required=True),
        Field(
            name="target",
            holds=_AMOUNT,
            says="Where it is to come; of a guardrail the bound that it must not pass.",
            is_required=True,
        ),
        _number(
            "weight",
            Number(0, 1e6),
            "Its weight beside the others of its objective; in points where it has none.",
            1.0,
        ),
        Field(
            name="guardrail",
            holds=Flag(),
            says="Whether moving towards the target is a cost, and moving away is worth nothing.",
            default=False,
        ),
    ),
)

EFFECT = Thing(
    "effect",
    "The change of a key result's value that the work should bring.",
    (
        Field(name="key_result", holds=Key(), says="The key of the key result.", is_required=True),
        *_ends(", signed and in the key result's own unit", _AMOUNT),
    ),
    identity=("key_result",),
)

DELAY = Thing(
    "cost_of_delay",
    "What a week's delay costs, in any unit that is the same for all.",
    (
        *_ends("", _ABOVE),
        Field(
            name="profile",
            holds=Choice(PROFILES),
            says="constant: every week costs the same; deadline: nothing until the week, then every week; "
            "decaying: every week costs a part less than the one before.",
            default="constant",
        ),
        _number("week", Number(0, 520), "deadline: the week of the quarter up to which nothing is lost."),
        _number("fades", Number(0, 0.99, is_above=True), "decaying: the part that each week costs less."),
    ),
    identity=(),
)

KIND = Thing(
    "kind",
    "A kind of work, such as perceived-risk, developer-experience or big-bet.",
    (
        Field(name="kind", holds=Key(), says="The kind.", is_required=True),
        _number("share", Number(0, 1, is_above=True), "The share of the effort that is of this kind.", 1.0),
    ),
    identity=("kind",),
)

CANDIDATE = Thing(
    "candidate",
    "Work that may be chosen.",
    (
        _KEY,
        _TITLE,
        Field(name="objective", holds=Key(), says="The key of the objective that it serves."),
        Field(name="effects", holds=Things(EFFECT), says="What it should change.", default=[]),
        Field(
            name="confidence",
            holds=Number(0, 1),
            says="How likely the effects come at all.",
            default=1.0,
        ),
        _range("effort", "Person-weeks.", is_required=True),
        _range("duration", "Weeks from its start to its end."),
        Field(
            name="cost_of_delay",
            holds=Things(DELAY, is_one=True),
            says="What a week's delay costs.",
            default=None,
        ),
        _range("reach", "How many it reaches, for RICE; 1 where it is left out."),
        Field(name="kinds", holds=Things(KIND), says="The kinds of work that it is.", default=[]),
        Field(name="requires", holds=Many(Key()), says="Candidates without which it cannot be.", default=[]),
        Field(name="excludes", holds=Many(Key()), says="Candidates beside which it cannot be.", default=[]),
        Field(name="must", holds=Flag(), says="Whether it is promised already.", default=False),
        _number("votes", Number(0, 1e9), "The points that it got in a vote."),
        _number("vote_rank", Number(1, 1e6, is_whole=True), "Or its rank in a vote, 1 being the first."),
    ),
)

RULE = Thing(
    "balance_rule",
    "How the choice is to be balanced: how many serve an objective, or how much of the effort is of a kind.",
    (
        _KEY,
        _TITLE,
        Field(
            name="objective",
            holds=Key(),
            says="Count the chosen that serve this objective; each makes one rule for every objective.",
        ),
        Field(name="kind", holds=Key(), says="Or weigh the share of the chosen effort that is of this kind."),
        _number("at_least", Number(0, 1e6), "The least: a count, or a share from 0 to 1."),
        _number("at_most", Number(0, 1e6), "The most."),
        _number(
            "price",
            Number(0, _LARGEST),
            "Points that each missing candidate, or person-week, costs; without it the rule must be met.",
        ),
    ),
)

CLAIM = Thing(
    "claim",
    "Person-weeks that somebody else has a right to, such as a company goal.",
    (
        Field(name="title", holds=Text(240, is_needed=True), says="Whose.", is_required=True),
        Field(name="weeks", holds=Number(0, MOST_WEEKS), says="How many person-weeks.", is_required=True),
    ),
    identity=("title",),
)

PORTFOLIO = Thing(
    "portfolio",
    "What to choose from, for which key results, and under which capacity and balance.",
    (
        _number("capacity", Number(0, MOST_WEEKS), "Person-weeks that the team has; --capacity replaces it."),
        Field(name="claims", holds=Things(CLAIM), says="What is taken from the capacity.", default=[]),
        _number("weeks", Number(0, 520, is_above=True), "How many weeks the period has.", 13.0),
        _number("person_weeks", Number(0, 520, is_above=True), "What one more person would bring.", 10.0),
        Field(name="objectives", holds=Things(OBJECTIVE), says=OBJECTIVE.says, default=[]),
        Field(name="key_results", holds=Things(KEY_RESULT), says=KEY_RESULT.says, default=[]),
        Field(name="candidates", holds=Things(CANDIDATE), says=CANDIDATE.says, is_required=True, default=[]),
        Field(name="balance", holds=Things(RULE), says=RULE.says, default=[]),
        Field(
            name="shrinkage",
            holds=Flag(),
            says="Whether values are drawn towards their common mean by how unsure they are.",
            default=True,
        ),
        _number("draws", Number(0, 2000, is_whole=True), "How often the ranges are drawn; 0 for not.", 200),
        _number("seed", Number(0, 2**31, is_whole=True), "The same seed gives the same draws.", 1),
        _number("top", Number(1, 1000, is_whole=True), "The k of top k; as many as are chosen without it."),
    ),
    identity=(),
)
