"""What is tidied away each day."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from django.contrib.sessions.models import Session

from throughline.accounts import throttle
from throughline.accounts.models import SignInLink
from throughline.jobs.registry import Context, job

LINKS_KEPT = timedelta(days=30)


@job("forget what expired", every=timedelta(days=1))
def forget_what_expired(context: Context) -> dict[str, Any]:
    """Delete sessions, sign-in links and counts of failures that no longer matter."""
    now = datetime.now(UTC)
    sessions = Session.objects.filter(expire_date__lt=now).delete()[0]
    links = SignInLink.objects.filter(expires_at__lt=now - LINKS_KEPT).delete()[0]
    return {"sessions": sessions, "links": links, "counts": throttle.drop_old(now=now)}
