"""Everything that the file of a ladder may say: the table from which it is read and its schema is made."""

from __future__ import annotations

from throughline.plans.format.shape import Field, Many, Thing, Things
from throughline.plans.format.types import Key, Number, Text

TITLE = "A ladder of growth, for throughline ladder import"
MOST_RUNGS, MOST_LEVELS = 400, 12

RUNG = Thing(
    "rung",
    "What somebody does who stands on a level of a track.",
    (
        Field(
            name="key",
            holds=Key(),
            says="Its short name, which goals keep; it must be the only one.",
            is_required=True,
        ),
        Field(
            name="track",
            holds=Text(80, is_needed=True),
            says="The track that it is a step of, such as Building.",
            is_required=True,
        ),
        Field(
            name="level",
            holds=Number(1, MOST_LEVELS, is_whole=True),
            says="The level within the track, 1 first; each once.",
            default=0,
            is_required=True,
        ),
        Field(
            name="title",
            holds=Text(160, is_needed=True),
            says="What it is in a few words.",
            is_required=True,
        ),
        Field(
            name="text",
            holds=Text(2_000),
            says="What somebody does who stands here, as others can see it.",
        ),
        Field(
            name="kinds",
            holds=Many(Text(40, is_needed=True)),
            says="The keys of the kinds of work in which it is learnt.",
            default=[],
        ),
    ),
)

LADDER = Thing(
    "ladder",
    "A ladder of growth: tracks with levels.",
    (
        Field(
            name="ladder",
            holds=Text(80, is_needed=True),
            says="What it is called; a file of the same name replaces it.",
            is_required=True,
        ),
        Field(
            name="rungs",
            holds=Things(RUNG),
            says="Its rungs, in the order in which they are shown. An empty list retires it.",
            is_required=True,
            default=None,
        ),
    ),
    identity=("ladder",),
)
