"""A cycle in the list as JSON, the same for the page's .json and the API."""

from __future__ import annotations

from throughline.cycles.queries import Listed


def listed_document(each: Listed) -> dict[str, object]:
    """Its name, days and state, and how much is in it."""
    return {
        "key": each.cycle.key,
        "title": each.cycle.title,
        "start": each.cycle.start.isoformat(),
        "end": each.cycle.end.isoformat(),
        "state": each.cycle.state,
        "objectives": each.objectives,
        "key_results": each.key_results,
        "open_comments": each.open_comments,
    }
