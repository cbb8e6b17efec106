"""What pieces of work are called."""

from __future__ import annotations

from collections.abc import Iterable

from throughline.assignments.models import Work
from throughline.objectives.models import Initiative, KeyResult
from throughline.objectives.wording import names_of


def titles_of(works: Iterable[Work]) -> dict[str, str]:
    """The title of each piece of work, by its key. Owning a key result is called so."""
    found = list(works)
    results = names_of(each.key_result for each in found if each.key_result is not None)
    return {each.key: _title(each, results) for each in found}


def name_of(item: Initiative | KeyResult) -> str:
    """Its name wherever somebody reads or writes it: by its key in the plan, which every house has alike."""
    return f"{'initiative' if isinstance(item, Initiative) else 'key_result'}:{item.key}"


def _title(work: Work, results: dict[int, str]) -> str:
    if work.initiative is not None:
        return work.initiative.title
    assert work.key_result_id is not None
    return f"Own: {results[work.key_result_id]}"
