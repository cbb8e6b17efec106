"""The proof that a frozen report is what was frozen."""

from __future__ import annotations

from collections.abc import Iterator

from throughline.cycles.content import sealed
from throughline.reports.models import Frozen


def differences() -> Iterator[str]:
    """Frozen reports whose content is not what was sealed."""
    for each in Frozen.objects.iterator():
        if sealed(each.content) != each.sha256:
            yield f"the frozen report of cycle {each.cycle_id} is not what was frozen"
