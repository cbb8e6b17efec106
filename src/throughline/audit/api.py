"""The audit record for programs of administrators."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Field, Query

from throughline.accounts.access import require
from throughline.accounts.models import Role
from throughline.api.paging import Asked, Page, page_of_records
from throughline.api.subject import Anything, Instant, Subject, Told
from throughline.audit import queries
from throughline.audit.models import Entry

router = Subject("audit")


class OfEntries(Asked):
    """Which entries."""

    q: str = Field("", max_length=200, description="Who, what or which.")
    since: str = Field("", alias="from", max_length=40)
    until: str = Field("", alias="to", max_length=40, description="The last day that counts.")


class EntryOf(Told):
    """Who did what, and when."""

    id: int
    at: Instant
    actor: str
    action: str
    object_type: str
    object_id: str
    detail: Anything


@router.reads("/audit", answer=Page[EntryOf])
def list_audit(request: HttpRequest, asked: Query[OfEntries]) -> dict[str, Any]:
    """The audit record, the newest entry first. Administrators."""
    require(request.user, Role.ADMINISTRATOR)
    found = queries.found({"q": asked.q, "from": asked.since, "to": asked.until})
    return page_of_records(request, asked, found, by="-id", show=_shown)


def _shown(entry: Entry) -> dict[str, Any]:
    return {name: getattr(entry, name) for name in queries.COLUMNS}
