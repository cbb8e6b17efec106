"""What stands on a chart, as the API describes it."""

from __future__ import annotations

from throughline.api.subject import Told


class AnnotationOf(Told):
    """A day or a range, and what happened; `author` is null where the plan itself says it."""

    start: str
    end: str | None
    text: str
    author: str | None
