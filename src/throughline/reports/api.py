"""The quarter's report for programs, as data: what a viewer without a team may see, whoever asks."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.http import HttpRequest

from throughline.api.subject import Anything, Instant, Key, Subject, Told
from throughline.cycles.access import cycle_for
from throughline.reports import queries
from throughline.reports.files import document
from throughline.site.plain import plain

router = Subject("reports")


class ReportOf(Told):
    """The report of a cycle; with its hash once it is frozen."""

    frozen_at: Instant | None
    sha256: str | None
    report: dict[str, Anything]


@router.reads("/cycles/{key}/report", answer=ReportOf)
def read_report(request: HttpRequest, key: Key) -> Any:
    """What the quarter's report says: frozen where the cycle is closed, else as it stands."""
    return plain(document(queries.told(cycle_for(request.user, key), now=datetime.now(UTC))))
