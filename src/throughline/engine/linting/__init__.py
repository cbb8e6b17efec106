"""The linter of key results: can two people who never met agree on whether it was hit?

`lint_text` reads a sentence, `lint_fields` a record, `review_questions` asks what only people can answer.
All are pure and take well under a millisecond, so that an editor can ask at every key.
"""

from throughline.engine.linting.fields import lint_fields
from throughline.engine.linting.findings import RULES, UNTRACKED, Finding, Linted, as_document, judged
from throughline.engine.linting.questions import Question, end_values, review_questions, two_person
from throughline.engine.linting.records import Fields, Sibling
from throughline.engine.linting.text import lint_objective, lint_text

__all__ = [
    "RULES",
    "UNTRACKED",
    "Fields",
    "Finding",
    "Linted",
    "Question",
    "Sibling",
    "as_document",
    "end_values",
    "judged",
    "lint_fields",
    "lint_objective",
    "lint_text",
    "review_questions",
    "two_person",
]
