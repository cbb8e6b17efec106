"""A portfolio worked out in the background."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from throughline.jobs.registry import Context, job
from throughline.portfolio.answering import answer
from throughline.portfolio.documents import document
from throughline.portfolio.format.reading import read_portfolio
from throughline.portfolio.models import Worked
from throughline.portfolio.working import KIND, is_superseded, keep


@job(KIND)
def work_out(context: Context, worked: int) -> dict[str, Any]:
    """Answer one question of a cycle; one that nobody asks any more is forgotten instead."""
    found = Worked.objects.filter(pk=worked).first()
    if found is None or found.answer is not None:
        return {}
    if is_superseded(found):
        found.delete()
        return {"message": "Something newer is asked."}
    asked = read_portfolio(found.question.encode(), file="the candidates")
    keep(found, document(answer(asked, context.progress)), now=datetime.now(UTC))
    return {}
