"""How quantities of the training, and what scores mean, are written."""

from __future__ import annotations

from django import template

from throughline.calibration.question_sets import Question
from throughline.calibration.scoring import Part
from throughline.calibration.sentences import of_part
from throughline.ui import words

register = template.Library()


@register.filter
def sentences(part: Part) -> list[str]:
    """What the scores mean."""
    return of_part(part)


@register.filter
def plain(value: float | None, unit: str = "") -> str:
    """A number; a year without the comma of thousands.

    >>> plain(1988.0, "year"), plain(384400.0, "km")
    ('1988', '384,400')
    """
    return f"{value:.0f}" if unit == "year" and value is not None else words.plain_number(value)


@register.filter
def quantity(question: Question) -> str:
    """The right answer with its unit."""
    return plain(question.value, question.unit) + ("" if question.unit == "year" else f" {question.unit}")
