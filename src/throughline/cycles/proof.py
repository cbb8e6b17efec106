"""The proof that what was published is what is kept."""

from __future__ import annotations

from collections.abc import Iterator

from throughline.cycles.content import sealed
from throughline.cycles.models import Snapshot


def differences() -> Iterator[str]:
    """Snapshots whose content is not what was sealed."""
    for snapshot in Snapshot.objects.iterator():
        if sealed(snapshot.content) != snapshot.sha256:
            yield f"snapshot {snapshot.pk} of cycle {snapshot.cycle_id} is not what was published"
