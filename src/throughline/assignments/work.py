"""A match worked out in the background."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from throughline.assignments.asking import asked_of
from throughline.assignments.matched import KIND, fingerprint, is_superseded, keep, worked_out
from throughline.assignments.models import Matched
from throughline.engine.matching import Weights
from throughline.jobs.registry import Context, job


@job(KIND)
def work_out(context: Context, matched: int) -> dict[str, Any]:
    """Answer one question of a cycle; one that the records do not ask any more is forgotten instead."""
    found = Matched.objects.select_related("cycle").filter(pk=matched).first()
    if found is None or found.answer is not None:
        return {}
    weights = Weights(*found.weights) if found.weights else None
    asked = asked_of(found.cycle, weights=weights, ties=[(*each,) for each in found.ties])
    if is_superseded(found) or asked.conflicts or fingerprint(asked, found.what) != found.fingerprint:
        found.delete()
        return {"message": "Something newer is asked."}
    keep(found, worked_out(asked, found.what, context.progress), now=datetime.now(UTC))
    return {}
