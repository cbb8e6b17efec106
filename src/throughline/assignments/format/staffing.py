"""The file that says what work needs: everything that it may say, read with its places, and written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from throughline.assignments.format.things import MOST_PEOPLE
from throughline.plans.format.problems import Place, Problem, refuse_all
from throughline.plans.format.reading import Block, read_one
from throughline.plans.format.shape import Field, Many, Named, Thing, Things
from throughline.plans.format.things import API_VERSION
from throughline.plans.format.types import Choice, Flag, Number, Reference, Text
from throughline.plans.format.writing import document_text

TITLE = "What work needs, for throughline work import"
KIND = "Staffing"
MOST_WEEKS = 60
_PART = Number(0, 1)
_NAME = Text(80, is_needed=True)
_PERSON = Text(254, is_needed=True)


def _people(name: str, says: str) -> Field:
    return Field(name=name, holds=Many(_PERSON), says=says, default=[])


PIECE = Thing(
    "piece_of_work",
    "What an initiative, or owning a key result, needs. An entry says all of it.",
    (
        Field(
            name="of",
            holds=Reference(("initiative", "key_result")),
            says="The work by its key in the plan: initiative:KEY, or key_result:KEY for owning it.",
            is_required=True,
        ),
        Field(
            name="kinds", holds=Named(_PART), says="The part of each kind; together at most 1.", default=None
        ),
        Field(
            name="grows",
            holds=Many(_NAME),
            says="The kinds in which one can grow there; all of its kinds where it is left out.",
            default=[],
        ),
        Field(name="value", holds=_PART, says="What it is worth to the business, from 0 to 1.", default=None),
        Field(name="value_why", holds=Text(500), says="Why so much, in one line."),
        Field(
            name="weeks",
            holds=Number(0, MOST_WEEKS, is_above=True),
            says="The weeks that each person gives; without it the match leaves the work out.",
            default=None,
        ),
        Field(name="min", holds=Number(1, MOST_PEOPLE, is_whole=True), says="The fewest people.", default=1),
        Field(
            name="max",
            holds=Number(1, MOST_PEOPLE, is_whole=True),
            says="The most people; the min where it is left out.",
            default=None,
        ),
        Field(
            name="skills",
            holds=Named(_PART),
            says="The least skill by kind: 0.25 with somebody beside them, 0.5 on their own, 0.75 asked by "
            "others, 1 teaching it.",
            default=None,
        ),
        Field(
            name="mentor",
            holds=Flag(),
            says="Whether who is below the floor may join when somebody else on it is not.",
            default=False,
        ),
        _people("must", "Who must do it, by e-mail address or name."),
        _people("never", "Who never does it."),
        _people("continues", "Who goes on with it."),
    ),
    identity=("of",),
)

STAFFING = Thing(
    "staffing",
    "What the work of a plan needs, so that the match can find people for it.",
    (
        Field(
            name="apiVersion",
            holds=Choice((API_VERSION,)),
            says="The format of the file: throughline/v1.",
            is_required=True,
        ),
        Field(name="kind", holds=Choice((KIND,)), says="What the file holds: Staffing.", is_required=True),
        Field(name="work", holds=Things(PIECE), says=PIECE.says, is_required=True, default=[]),
    ),
    identity=(),
)


def read_staffing(content: bytes, *, file: str) -> list[Block]:
    """The entries of a file. Raises Problems with all that is wrong with its form, each with its place."""
    block, problems = read_one(content, STAFFING, file=file)
    refuse_all([*problems, *_twice(block["work"])])
    return list(block["work"])


def staffing_text(pieces: Iterable[Mapping[str, Any]]) -> str:
    """The entries as a file: the same work is always the same bytes."""
    head = {"apiVersion": API_VERSION, "kind": KIND}
    return document_text(head, {"work": PIECE}, {"work": [dict(each) for each in pieces]})


def _twice(blocks: Iterable[Block]) -> Iterable[Problem]:
    seen: dict[str, Place] = {}
    for each in blocks:
        if each.key and each.key in seen:
            message = f"of: '{each.key}' is there already, at line {seen[each.key].line}: keep one"
            yield Problem(each.at("of"), message, "twice")
        seen.setdefault(each.key, each.at("of"))
