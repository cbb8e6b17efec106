"""What no rule can answer: the questions that a reviewer of a key result is asked (D29, D30, D32, D34)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from throughline.engine.linting.findings import Finding
from throughline.engine.linting.records import MEASURED, Fields
from throughline.engine.sentences import amount


@dataclass(frozen=True, slots=True)
class Question:
    """`expected` is the answer that raises no doubt; None where two reviewers only have to agree.

    `value` is the made-up end value that the question is about, for the two-person test.
    """

    rule: str
    text: str
    expected: bool | None
    value: float | None = None


def review_questions(fields: Fields) -> tuple[Question, ...]:
    """The questions for one key result, answered yes or no.

    >>> [question.rule for question in review_questions(Fields(kind="binary", acceptance_test="It is gone."))]
    ['D32', 'D34']
    """
    asked: list[Question] = []
    if fields.kind in MEASURED:
        about = f"'{fields.metric}'" if fields.metric else "this figure"
        text = f"Do outsiders (attackers, customers, a vendor) move {about} more than the team does?"
        asked.append(Question("D29", text, expected=False))
        if fields.unit in ("share", "%", "percent") or fields.aggregation in ("share", "rate", "ratio"):
            text = f"Could {about} reach its target because what it is divided by changed?"
            asked.append(Question("D30", text, expected=False))
    text = "Could every key result of the objective end at 1.0 and the objective still fail?"
    asked.append(Question("D32", text, expected=False))
    return (*asked, *_two_person(fields))


def _two_person(fields: Fields) -> tuple[Question, ...]:
    values = end_values(fields)
    if not values:
        test = fields.acceptance_test or "what the text asks for"
        return (
            Question(
                "D34", f"It is the day after the due date. Half of it is there: {test} Hit?", expected=None
            ),
        )
    return tuple(
        Question(
            "D34", f"At the end the figure is {amount(value, fields.unit)}. Hit?", expected=None, value=value
        )
        for value in values
    )


def end_values(fields: Fields) -> tuple[float, ...]:
    """Made-up ends around the target: where two readings of a promise differ, they differ here.

    >>> end_values(Fields(baseline=40, target=20))
    (20.0, 21.0, 19.0, 30.0, 40.0)
    """
    if fields.kind not in MEASURED or fields.target is None:
        return ()
    target = float(fields.target)
    if fields.baseline is None or fields.baseline == target:
        near = abs(target) * 0.05 or 1.0
        return target, target - near, target + near
    way = target - fields.baseline
    return target, target - way / 20, target + way / 20, target - way / 2, float(fields.baseline)


def two_person(
    questions: Sequence[Question], first: Sequence[bool], second: Sequence[bool]
) -> tuple[Finding, ...]:
    """D34: the made-up ends on which two people who could not see each other answered differently.

    >>> asked = [Question("D34", "At the end the figure is 20. Hit?", None, 20.0)]
    >>> [found.rule for found in two_person(asked, [True], [False])]
    ['D34']
    """
    return tuple(
        Finding(
            "D34",
            "error",
            f"Two people answered differently: {question.text}",
            "Ask both how they read it, and write the reading that holds into the fields.",
            field="target",
        )
        for question, one, other in zip(questions, first, second, strict=True)
        if question.rule == "D34" and one is not other
    )
