"""Small files that are answered from themselves: read whole, bounded, with the place of what is wrong."""

from __future__ import annotations

import sys
from pathlib import Path

from throughline.engine.refusals import Refused
from throughline.site.tables import rows_of, text_of

__all__ = ["MOST_BYTES", "content_of", "name_of", "rows_of", "text_of"]

MOST_BYTES = 20_000_000
STANDARD_INPUT = "standard input"


def name_of(given: str) -> str:
    """What messages call the file; `-` is standard input."""
    return STANDARD_INPUT if given == "-" else given


def content_of(given: str, *, most: int = MOST_BYTES) -> bytes:
    """The bytes of a file, or of standard input for `-`. Raises Refused where it is missing or too large."""
    if given == "-":
        content = sys.stdin.buffer.read(most + 1)
        found = f"more than {most:,}" if len(content) > most else ""
    else:
        content, found = _of_a_file(Path(given), most)
    if found:
        message = f"expected at most {most:,} bytes, found {found}: split the file"
        raise Refused(message, place=name_of(given), code="size")
    return content


def _of_a_file(path: Path, most: int) -> tuple[bytes, str]:
    try:
        size = path.stat().st_size
        return (b"", f"{size:,}") if size > most else (path.read_bytes(), "")
    except FileNotFoundError:
        raise Refused("there is no such file", place=str(path), code="no_file") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise Refused(f"it cannot be read ({reason})", place=str(path), code="unreadable") from error
