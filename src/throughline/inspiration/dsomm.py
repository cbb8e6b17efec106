"""The OWASP DevSecOps Maturity Model as practices: its YAML, with the place of whatever is wrong in it.

The model is a tree of dimensions, sub-dimensions and activities; an activity has a uuid, a description, the
risk that it lowers, the measure that it takes and a level. An optional document before it holds `meta`.
https://github.com/devsecopsmaturitymodel/DevSecOps-MaturityModel-data (generated/model.yaml)
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from throughline.plans.format.nodes import Bounds, Leaf, Node, Table, Watch, documents
from throughline.plans.format.problems import Place, Problem, Problems

SOURCE = "DSOMM"
# The published model takes up most of a plan's bounds already, and it grows.
BOUNDS = Bounds(bytes=2_000_000, values=100_000)
LONGEST_TITLE, LONGEST_TEXT = 240, 10_000
LEVELS = ("1", "2", "3", "4", "5")
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
# What an activity is read for; the rest of it stays where it is.
_SAID = ("description", "risk", "measure")


@dataclass(frozen=True, slots=True)
class Practice:
    """An activity of the model, in the words of the shelf."""

    uuid: str
    title: str
    text: str


def practices_of(content: bytes, *, file: str, watch: Watch | None = None) -> list[Practice]:
    """Every activity of a model, in its order; `watch` is told how many lines are read, of how many.

    Raises Problems with all places at once.
    """
    problems: list[Problem] = []
    seen: dict[str, Place] = {}
    found = [
        practice
        for document in documents(content, file=file, bounds=BOUNDS, watch=watch)
        for practice in _of_document(document, seen, problems)
    ]
    if not found and not problems:
        message = "expected dimensions with sub-dimensions with activities, found none"
        problems.append(Problem(Place(file, 1, 1), message, "empty"))
    if problems:
        raise Problems(problems)
    return found


def _of_document(document: Node, seen: dict[str, Place], problems: list[Problem]) -> Iterator[Practice]:
    for dimension, within in _tables(document, "a dimension", problems):
        if dimension == "meta":
            continue
        for part, activities in _tables(within, "a sub-dimension", problems):
            for title, activity in _tables(activities, "an activity", problems):
                practice = _practice(f"{dimension}, {part}", title, activity, problems)
                if practice is None:
                    continue
                if practice.uuid in seen:
                    message = f"the uuid {practice.uuid} stands on line {seen[practice.uuid].line} already"
                    problems.append(Problem(activity.place, message, "twice"))
                seen[practice.uuid] = activity.place
                yield practice


def _tables(node: Node, what: str, problems: list[Problem]) -> Iterator[tuple[str, Table]]:
    """The named tables in a table; a text beside them says something of the table itself, and is left."""
    if not isinstance(node, Table):
        problems.append(Problem(node.place, f"expected the name of {what}, found none", "shape"))
        return
    for key, value in node.pairs:
        if isinstance(value, Table):
            yield key.text, value
        elif not isinstance(value, Leaf):
            problems.append(Problem(value.place, f"expected {what} in '{key.text}', found a list", "shape"))


def _practice(where: str, title: str, activity: Table, problems: list[Problem]) -> Practice | None:
    leaves = {key.text: value for key, value in activity.pairs if isinstance(value, Leaf)}
    before = len(problems)
    uuid = leaves.get("uuid")
    if uuid is None or not _UUID.fullmatch(uuid.text.strip()):
        place = uuid.place if uuid else activity.place
        problems.append(Problem(place, f"'{title[:80]}' has no uuid by which to find it again", "uuid"))
    level = leaves.get("level")
    if level is not None and level.text.strip() not in LEVELS:
        message = f"expected a level from 1 to 5, found '{level.text[:40]}'"
        problems.append(Problem(level.place, message, "level"))
    said = {name: " ".join(leaves[name].text.split()) for name in _SAID if name in leaves}
    head = f"{where}, level {level.text.strip()}" if level else where
    text = "\n\n".join([head, *(f"{name.capitalize()}: {each}" for name, each in said.items() if each)])
    if len(title) > LONGEST_TITLE or len(text) > LONGEST_TEXT:
        problems.append(Problem(activity.place, f"'{title[:80]}' says more than fits on the shelf", "size"))
    if len(problems) > before or uuid is None:
        return None
    return Practice(uuid.text.strip().lower(), title.strip(), text)
