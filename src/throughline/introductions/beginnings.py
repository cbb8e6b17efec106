"""What has to be said of candidates with which the history at hand begins."""

from __future__ import annotations

from collections.abc import Iterable

from throughline.engine.introduction.candidates import Candidate
from throughline.introductions.git import Clone


def beginnings(clone: Clone, candidates: Iterable[Candidate]) -> tuple[bool, tuple[str, ...]]:
    """Whether a shallow clone hides the oldest of them, and the sentences that say so."""
    ids = {each.commit for each in candidates}
    if any(map(clone.is_cut, ids)):
        return True, (
            "the clone is shallow and begins with one of these commits, so that it may be older: run "
            "`git fetch --unshallow` in it and ask again",
        )
    if any(not clone.commit(id).parents for id in ids):
        return False, (
            "one of these commits is the first of the history: it may be older than the repository",
        )
    return False, ()
