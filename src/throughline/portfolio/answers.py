"""The whole answer to what a cycle asks, worked out once for the same content."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from throughline.portfolio.answering import Answer, answer
from throughline.portfolio.asked import Asked
from throughline.portfolio.documents import document
from throughline.portfolio.format.reading import read_portfolio
from throughline.portfolio.stored import Stored

KEPT = 64


def answered(asked: Stored) -> tuple[Answer, dict[str, Any]] | None:
    """The answer and its document; None where there is nothing to choose from, or no capacity."""
    return _answered(asked.content) if asked.is_asked else None


@lru_cache(maxsize=KEPT)
def _answered(content: bytes) -> tuple[Answer, dict[str, Any]]:
    found = answer(read_portfolio(content, file="the candidates"))
    return found, document(found)


@lru_cache(maxsize=KEPT)
def question_of(content: str) -> Asked:
    """The question of a document, which is read and not answered."""
    return read_portfolio(content.encode(), file="the candidates")
