"""What is said of work, for programs and as a table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from throughline.assignments.models import Tie
from throughline.assignments.naming import name_of
from throughline.assignments.staffed import Staffed

COLUMNS = (
    *("work", "title", "kinds", "grows", "value", "value_why", "weeks", "least", "most"),
    *("skills", "mentor", "must", "never", "continues", "missing"),
)


def documents(rows: Iterable[Staffed]) -> list[dict[str, Any]]:
    """Each piece of work with all that the person sees of it."""
    return [_document(each) for each in rows]


def table(rows: Iterable[Staffed]) -> Iterator[list[Any]]:
    """A row a piece of work; what is several is in one cell."""
    for each in documents(rows):
        yield [_cell(each[name]) for name in COLUMNS]


def _document(each: Staffed) -> dict[str, Any]:
    work = each.work
    tied = {kind.value: sorted(tie.person.name for tie in each.ties if tie.kind == kind) for kind in Tie.Kind}
    return {
        "work": name_of(each.item),
        "title": each.title,
        "kinds": work.kinds if work else {},
        "grows": work.grows if work else [],
        "value": work.value if work else None,
        "value_why": work.value_why if work else "",
        "weeks": work.weeks if work else None,
        "least": work.least if work else None,
        "most": work.most if work else None,
        "skills": work.skills if work else {},
        "mentor": work.has_mentor if work else None,
        **tied,
        "missing": each.missing,
    }


def _cell(value: Any) -> Any:
    if isinstance(value, dict):
        return "; ".join(f"{name} {share:g}" for name, share in value.items())
    return "; ".join(value) if isinstance(value, list) else value
