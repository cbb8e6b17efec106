"""A refusal shown beside the field at fault, with the place in the text underlined."""

from __future__ import annotations

from dataclasses import dataclass

from throughline.engine.language.tokens import Misread
from throughline.engine.refusals import Refused


@dataclass(frozen=True, slots=True)
class Problem:
    """`field` is the form's field; before, pointed and after make up the text that could not be read."""

    field: str
    message: str
    before: str = ""
    pointed: str = ""
    after: str = ""


def problem_of(refused: Refused, texts: dict[str, str], *, fields: dict[str, str] | None = None) -> Problem:
    """The refusal for the page. `texts` holds what was written by field; `fields` maps places to fields."""
    place = refused.place or ""
    field = (fields or {}).get(place, place)
    if not isinstance(refused, Misread):
        return Problem(field, refused.message)
    text = texts.get(field, "")
    span = refused.span
    if not 0 <= span.start <= len(text):
        return Problem(field, refused.message)
    # At the end of the text there is nothing to underline but the place itself.
    pointed = text[span.start : max(span.end, span.start + 1)] or "…"
    return Problem(field, refused.message, text[: span.start], pointed, text[max(span.end, span.start + 1) :])
