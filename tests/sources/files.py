"""Files for import tests, in memory."""

from __future__ import annotations

import io
from datetime import UTC, datetime

from throughline.sources.reading import Reading
from throughline.sources.rows import BadRows, Finding
from throughline.sources.wishes import Wish, read_file

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def stream(text: str | bytes) -> io.BytesIO:
    return io.BytesIO(text if isinstance(text, bytes) else text.encode())


def reading(text: str | bytes, *, name: str = "file.csv", **wish: object) -> Reading:
    return read_file(stream(text), name=name, wish=Wish(**wish), now=NOW)


def findings(text: str | bytes, **wish: object) -> list[Finding]:
    return list(reading(text, **wish).rows().findings())


def values(text: str | bytes, **wish: object) -> list[dict[str, object]]:
    return [finding.values for finding in findings(text, **wish)]


def problems(text: str | bytes, **wish: object) -> list[str]:
    """The messages of the rows that cannot be read."""
    try:
        findings(text, **wish)
    except BadRows as refused:
        return [problem.message for problem in refused.problems]
    return []
