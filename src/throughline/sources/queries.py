"""Reading imports."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Max, Min, QuerySet, Sum

from throughline.engine.metrics import equals
from throughline.sources.models import Feed, Import, Upload
from throughline.sources.rows import Problem

COUNTS = ("read", "created", "updated", "unchanged", "vanished")
# Of a scanner's reports, and of files from which unreadable rows were left out.
MORE_COUNTS = ("linked", "missed", "skipped")
HEADER = (
    *("id", "file", "source", "scope", "format", "full", "known_at", "recorded_at", "actor"),
    *(*COUNTS, *MORE_COUNTS, "checksum"),
)


def row(imported: Import) -> dict[str, Any]:
    """An import as a flat row, for tables and programs."""
    return {
        "id": imported.pk,
        "file": imported.file_name,
        "source": imported.feed.name,
        "scope": imported.feed.scope,
        "format": imported.format,
        "full": imported.full,
        "known_at": imported.known_at,
        "recorded_at": imported.recorded_at,
        "actor": imported.actor,
        **{name: getattr(imported, name) for name in (*COUNTS, *MORE_COUNTS)},
        "checksum": imported.checksum,
    }


def listings_beside(imported: Import) -> list[Import]:
    """The imports of the same file in the same go, oldest knowledge first: one a knowledge instant."""
    same = Import.objects.filter(
        feed=imported.feed, recorded_at=imported.recorded_at, checksum=imported.checksum
    )
    return list(same.select_related("feed").order_by("known_at"))


def files(imports: QuerySet[Import]) -> Any:
    """One row a file and go, the newest first, its dated listings summed; `last` is the id of the newest."""
    said_by = ("feed__name", "feed__scope", "file_name", "full", "recorded_at", "checksum", "tool")
    sums = {f"sum_{name}": Sum(name) for name in (*COUNTS, *MORE_COUNTS)}
    dates = {"since": Min("known_at"), "until": Max("known_at"), "listings": Count("id")}
    return imports.order_by().values(*said_by).annotate(last=Max("id"), **dates, **sums).order_by("-last")


def condition_of(feed: Feed) -> str:
    """The expression that selects the records of a feed."""
    parts = [equals("feed", feed.name), *([equals("scope", feed.scope)] if feed.scope else [])]
    return " and ".join(parts)


def told_about(imported: Import) -> dict[str, Any]:
    """What was said besides the counts when it was imported in the page: notices, new names, what was left
    out."""
    upload = Upload.objects.filter(imported=imported).first()
    options = upload.options if upload else {}
    told: dict[str, Any] = {name: options.get(name, []) for name in ("notices", "new_services", "new_teams")}
    return {**told, "left_out": [Problem(*problem) for problem in options.get("left_out", [])]}
