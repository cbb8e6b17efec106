"""One's own history as JSON and as a table. What is right stands there only where it was answered."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from throughline.accounts.models import User
from throughline.calibration import queries
from throughline.calibration.access import own_answers
from throughline.calibration.models import Run
from throughline.calibration.scoring import Mark, marked, still_there

COLUMNS = (
    *("run", "set", "question", "answered_at", "probability", "low", "high"),
    *("right_answer", "is_right", "score", "width"),
)


def mine(person: User) -> dict[str, Any]:
    """Both parts and all runs of the person."""
    found = queries.mine(person)
    return {
        "rooms": asdict(found.rooms),
        "training": asdict(found.training),
        "runs": [
            {
                "id": each.run.pk,
                "set": each.set.slug,
                "finished_at": each.run.finished_at,
                **asdict(each.part),
            }
            for each in queries.finished(person)
        ],
    }


def run(found: Run) -> dict[str, Any]:
    """One run: what was answered, and the next question without its answer."""
    going = queries.going(found)
    left = going.next
    return {
        "id": found.pk,
        "set": going.set.slug,
        "kind": going.set.kind,
        "questions": len(going.set.questions),
        "answers": [dict(zip(COLUMNS, _row(marked(each)), strict=True)) for each in going.answers],
        "next": {"question": left.key, "text": left.text, "unit": left.unit} if left else None,
    }


def answered_rows(person: User) -> Iterator[tuple[Any, ...]]:
    """Every answer that the person gave in training."""
    for each in still_there(own_answers(person)):
        yield _row(marked(each))


def _row(mark: Mark) -> tuple[Any, ...]:
    given, question = mark.answer, mark.question
    right = question.is_true if question.is_true is not None else question.value
    return (
        *(given.run_id, given.run.question_set, given.question, given.at),
        *(given.probability, given.low, given.high, right, mark.is_right, mark.score, mark.width),
    )
