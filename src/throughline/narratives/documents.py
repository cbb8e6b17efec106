"""Stories as JSON and as rows, the same for the command line and the pages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from throughline.narratives.library import Narrative, library

if TYPE_CHECKING:
    from throughline.narratives.telling import Stories, TellingWork

COLUMNS = (
    *("work", "title", "owner", "told", "board", "customer", "engineer", "own_words", "narrative", "fails"),
    *("revenue", "revenue_from"),
)
SHORT = ("key", "title", "board", "customer", "engineer", "serves")


def library_document() -> dict[str, Any]:
    """Every story of the library in short."""
    return {
        "narratives": [{name: getattr(each, name) for name in SHORT} for each in library().values()],
    }


def narrative_document(of: Narrative, ours: list[TellingWork]) -> dict[str, Any]:
    """A story of the library, and which work of ours takes after it."""
    return {**of.document, "told_by": [{"work": each.name, "title": each.title} for each in ours]}


def document(found: Stories) -> dict[str, Any]:
    """The work of a cycle with its stories, and what all of it unlocks."""
    return {
        "cycle": found.cycle.key if found.cycle else None,
        "untold": len(found.untold),
        "revenue": found.revenue,
        "work": [work_document(each) for each in found.work],
    }


def rows(found: Stories) -> Iterator[tuple[Any, ...]]:
    """One row a piece of work, in the order of COLUMNS; the signs of failing one a line."""
    for each in found.work:
        said = work_document(each)
        yield tuple("\n".join(said[name]) if name == "fails" else said[name] for name in COLUMNS)


def work_document(each: TellingWork) -> dict[str, Any]:
    """A piece of work with what is told of it."""
    told = each.told
    return {
        "work": each.name,
        "title": each.title,
        "owner": each.owner,
        "told": told.is_told,
        "board": told.board,
        "customer": told.customer,
        "engineer": told.engineer,
        "own_words": told.own_words,
        "narrative": told.narrative,
        "fails": list(told.signs),
        "is_assurance": each.is_assurance,
        "revenue": told.revenue,
        "revenue_from": told.revenue_from,
    }
