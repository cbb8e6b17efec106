"""The head of a report, read before its records: whatever is wrong there is the file's fault. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import msgspec

from throughline.sources.formats.content import Content
from throughline.sources.formats.findings import BadRecord
from throughline.sources.formats.tables import BadFile


@contextmanager
def heading(content: Content, title: str) -> Iterator[None]:
    """Turns what a broken head raises into a BadFile that names the file."""
    try:
        yield
    except BadRecord as error:
        raise BadFile(f"its head is not that of {title}: {error}", name=content.name) from None
    except (msgspec.DecodeError, LookupError, TypeError, ValueError, AttributeError, RecursionError) as error:
        # Whatever a stranger's file holds: it is a bad head, not a fault of the reader.
        raise BadFile(f"its head is not that of {title}: {error}", name=content.name) from None
