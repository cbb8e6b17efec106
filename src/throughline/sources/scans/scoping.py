"""Findings that came in before their scope was named: once they are seen under it, they are of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db.models import Q

from throughline.sources.models import Finding, Import, Joining
from throughline.vulnerabilities import bulk
from throughline.vulnerabilities.bulk import Author, Happening
from throughline.vulnerabilities.models import Vulnerability

SCOPED = "scoped"


def put_into_scope(findings: Iterable[int], imported: Import, *, author: Author) -> None:
    """Have the silence about these findings judged where they were seen now, with their vulnerabilities."""
    for step in bulk.steps(findings, 500):
        of_reports = _of_reports(step)
        Finding.objects.filter(pk__in=step).update(feed=imported.feed)
        for records in bulk.steps(of_reports, 500):
            Vulnerability.objects.filter(pk__in=records).update(feed=imported.feed)
        # What is derived follows events, and the scope is part of it.
        happened = Happening(imported.known_at, SCOPED, {})
        bulk.insert_events([(id, happened) for id in of_reports], author=author)


def _of_reports(findings: Sequence[int]) -> list[int]:
    """The vulnerabilities that these findings made, also those that were merged into others since."""
    feeds = Finding.objects.filter(pk__in=findings).values("feed")
    merged = Joining.objects.filter(finding__in=findings, before__isnull=False).values("before")
    seen = Vulnerability.objects.filter(Q(findings__in=findings) | Q(pk__in=merged), feed__in=feeds)
    # A record of a register has the hash of its row, and stays where that is kept.
    return list(seen.filter(row_hash="").distinct().values_list("pk", flat=True))
