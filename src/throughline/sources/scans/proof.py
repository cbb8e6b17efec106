"""The proof that every vulnerability is dated by what its sources see of it."""

from __future__ import annotations

from collections.abc import Iterator

from throughline.engine.vulnerabilities import diff
from throughline.sources.models import Finding
from throughline.sources.scans.stored import scanned, sights
from throughline.sources.scans.writing import dated
from throughline.vulnerabilities import bulk


def differences() -> Iterator[str]:
    """A sentence for each vulnerability whose dates are not those of its findings."""
    ids = Finding.objects.order_by("vulnerability_id").values_list("vulnerability_id", flat=True).distinct()
    by_scans = scanned()
    for step in bulk.steps(ids.iterator(), 1_000):
        present, feeds = bulk.values_by_id(step), bulk.feeds_by_id(step)
        for id, rows in sights(step).items():
            old, pinned = present[id]
            different = sorted(
                diff(old, dated(old, rows, by_scans=feeds[id] in by_scans)).keys() - set(pinned)
            )
            if different and any(row.is_live for row in rows):
                yield f"vulnerability {id}: {', '.join(different)} differ from what its sources see"
