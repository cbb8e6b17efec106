"""What a person might do next, for programs and as a table, in the form of `throughline next`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from throughline.assignments.asking import Asked
from throughline.assignments.matched import Found
from throughline.assignments.suggesting import Suggested, Suggestion
from throughline.engine.matching import TERMS

COLUMNS = (
    *("person", "place", "work", "title", "planned", "business", "interest", "growth", "score"),
    *("opportunity_cost", "toss_up", "because", "complements", "not_said", "answer"),
)


def document(asked: Asked, found: Found, said: Suggested) -> dict[str, Any]:
    """The answer for one person. What somebody may not see is null; `suits` says it in words."""
    key = str(said.person.pk)
    return {
        "cycle": asked.cycle.key,
        "current": found.is_current,
        "weights": dict(zip(TERMS, asked.weights.each, strict=True)),
        "people": [
            {
                "id": key,
                "name": said.person.name,
                "capacity": said.capacity,
                "load": said.load,
                "suggestions": [_suggestion(each) for each in said.suggestions],
                "swaps": [
                    {"with": each.other, "gives": each.gives, "takes": each.takes, "cost": each.cost}
                    for each in said.swaps
                ],
            }
        ],
        "plan": [row for row in (found.document or {}).get("plan", ()) if row["person"] == key],
        "answers": [
            {
                "work": each.key,
                "said": each.answer.said,
                "reason": each.answer.reason,
                "at": each.answer.at,
                "cannot_be": list(each.why_not),
            }
            for each in said.said
        ],
        "conflicts": list(asked.conflicts),
    }


def rows(said: Suggested) -> Iterator[list[Any]]:
    """A row a suggestion."""
    for each in said.suggestions:
        values = {term.name: term.value for term in each.terms}
        yield [
            said.person.name,
            each.number,
            each.key,
            each.title,
            "yes" if each.is_planned else "no",
            *(values[name] for name in TERMS),
            each.score,
            each.cost,
            "yes" if each.is_toss_up else "no",
            each.because,
            "; ".join(each.complements),
            "; ".join(each.unstated),
            each.answer.said if each.answer else "",
        ]


def _suggestion(each: Suggestion) -> dict[str, Any]:
    return {
        "work": each.key,
        "title": each.title,
        "scores": {term.name: term.value for term in each.terms},
        "suits": {term.name: term.word for term in each.terms if term.word},
        "score": each.score,
        "planned": each.is_planned,
        "opportunity_cost": each.cost,
        "short": each.short,
        "stays_first_while": {term.name: list(term.span) if term.span else None for term in each.terms},
        "toss_up": each.is_toss_up,
        "because": each.because,
        "complements": list(each.complements),
        "unknown": list(each.unstated),
    }
