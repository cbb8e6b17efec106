"""The questions of the training: plain files in `sets/`, written for this product, read once."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Literal

Kind = Literal["binary", "range"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A statement that is true or not, or a quantity; `answer` never leaves the server before hers did.

    `yardstick` is of a quantity: a range that anybody could state, in whose width a range is scored.
    """

    key: str
    text: str
    explanation: str
    source: str
    is_true: bool | None = None
    value: float | None = None
    unit: str = ""
    yardstick: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """Ten questions of one kind."""

    slug: str
    title: str
    kind: Kind
    about: str
    questions: tuple[Question, ...]

    def question(self, key: str) -> Question | None:
        """The question of this key, where there is one."""
        return next((each for each in self.questions if each.key == key), None)


@cache
def all_sets() -> dict[str, QuestionSet]:
    """Every set by its slug: statements first, then quantities, each by title."""
    found = sorted(_read(), key=lambda each: (each.kind, each.title))
    return {each.slug: each for each in found}


def _read() -> Iterator[QuestionSet]:
    for file in (resources.files("throughline.calibration") / "sets").iterdir():
        if file.name.endswith(".json"):
            yield _set_of(file.name.removesuffix(".json"), json.loads(file.read_text("utf-8")))


def _set_of(slug: str, said: dict[str, Any]) -> QuestionSet:
    read = _statement if said["kind"] == "binary" else _quantity
    questions = tuple(read(each) for each in said["questions"])
    return QuestionSet(slug, said["title"], said["kind"], said["about"], questions)


def _statement(said: dict[str, Any]) -> Question:
    return Question(
        key=said["key"],
        text=said["statement"],
        explanation=said["explanation"],
        source=said["source"],
        is_true=said["answer"],
    )


def _quantity(said: dict[str, Any]) -> Question:
    low, high = said["yardstick"]
    return Question(
        key=said["key"],
        text=said["question"],
        explanation=said["explanation"],
        source=said["source"],
        value=float(said["answer"]),
        unit=said["unit"],
        yardstick=(float(low), float(high)),
    )
