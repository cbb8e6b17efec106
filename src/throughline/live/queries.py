"""What changed since."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from throughline.live.models import Change

# More than that since somebody last looked: the newest say enough.
MOST = 200
DRAWN_WITHIN = timedelta(seconds=3)


def newest_id() -> int:
    """The id of the last change there is; 0 before the first."""
    return Change.objects.order_by("-id").values_list("id", flat=True).first() or 0


def known_to_a_page(*, now: datetime) -> int:
    """The newest change that a page drawn now surely shows; what came while it was drawn is told again."""
    old = Change.objects.filter(at__lt=now - DRAWN_WITHIN).order_by("-id")
    return old.values_list("id", flat=True).first() or 0


def changes_of(topics: Iterable[str], *, since: int) -> list[Change]:
    """The changes of these topics after the one with this id, oldest first, at most the newest 200."""
    found = Change.objects.filter(topic__in=list(topics), id__gt=since).order_by("-id")[:MOST]
    return list(reversed(found))
