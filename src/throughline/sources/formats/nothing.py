"""A JSON list without an item: what many tools write where they found nothing, and none says whose it is.

It has no tool, so its silence proves nothing of any tool's findings; who names the format says whose it is.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from throughline.sources.formats.content import Content
from throughline.sources.formats.findings import BadRecord, Found, Report
from throughline.sources.formats.registry import Format


def detect(content: Content) -> bool:
    """Whether the list is empty."""
    return content.shape == "list" and not content.records


def read(content: Content) -> Report:
    """The report, which holds no record."""
    return Report(tool="", records=content.records, findings=_findings, unit="record")


def _findings(record: msgspec.Raw) -> Iterator[Found]:
    raise BadRecord("expected an empty list: name the format of this report")


FORMAT = Format("nothing", "Empty list", frozenset({"list"}), detect, read)
