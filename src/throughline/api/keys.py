"""Idempotency-Key: a write that is sent again with its key is done once, and answered as the first time.

What is done and the answer that is kept are one transaction: neither a crash nor a restart parts them.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.db import transaction
from django.http import HttpRequest, HttpResponse

from throughline.accounts.models import Token
from throughline.api.models import Kept
from throughline.api.problems import No

HEADER = "Idempotency-Key"
KEPT_FOR = timedelta(hours=24)
LONGEST = 200
PIECE = 1 << 20
# A longer answer is not kept: a program that writes all day would fill the disk with them.
LONGEST_KEPT = 256 * 1024
TOO_LONG = "too-long"
# Of the answer these say something of what was done.
HEADERS = ("Content-Type", "Location", "ETag")

_running: set[tuple[int, str]] = set()
_lock = threading.Lock()


def done_once(
    request: HttpRequest, token: Token, act: Callable[[], HttpResponse], *, now: datetime
) -> HttpResponse:
    """The answer of `act`, or the one that was kept of the same request. What is refused is not kept."""
    key = request.headers.get(HEADER)
    if key is None:
        return act()
    if not key.isascii() or not key.isprintable() or not 1 <= len(key) <= LONGEST:
        raise No(400, f"{HEADER} takes 1 to {LONGEST} printable characters.", code="bad_key")
    fingerprint = fingerprint_of(request)
    with _alone(token.pk, key), transaction.atomic():
        kept = _kept(token, key, now=now)
        if kept is not None:
            return _again(kept, fingerprint)
        answer = act()
        if answer.status_code >= 400:
            transaction.set_rollback(True)
        else:
            _keep(token, key, fingerprint, answer, now=now)
    return answer


def require_none(request: HttpRequest) -> None:
    """Raises 400 for a key where the answer holds a secret: it could not be answered again."""
    if HEADER in request.headers:
        raise No(
            400,
            "This answer holds what is told once and kept nowhere, so it cannot be answered again: "
            f"send it without {HEADER}.",
            code="told_once",
        )


def fingerprint_of(request: HttpRequest) -> str:
    """What tells one request from another: method, address, and body."""
    said = hashlib.sha256(f"{request.method} {request.get_full_path()}\n".encode())
    sent = getattr(request, "sent_file", None)
    if sent is None:
        said.update(request.body)
    else:
        while piece := sent.read(PIECE):
            said.update(piece)
        sent.seek(0)
    return said.hexdigest()


def forget(*, now: datetime) -> int:
    """Delete answers that are older than a day."""
    return Kept.objects.filter(created_at__lt=now - KEPT_FOR).delete()[0]


@contextmanager
def _alone(token: int, key: str) -> Iterator[None]:
    with _lock:
        if (token, key) in _running:
            raise No(
                409,
                f"A request with this {HEADER} is being answered: send it again when it is done.",
                code="key_in_use",
                headers={"Retry-After": "1"},
            )
        _running.add((token, key))
    try:
        yield
    finally:
        with _lock:
            _running.discard((token, key))


def _kept(token: Token, key: str, *, now: datetime) -> Kept | None:
    found = Kept.objects.filter(token=token, key=key).first()
    if found is not None and found.created_at < now - KEPT_FOR:
        found.delete()
        return None
    return found


def _again(kept: Kept, fingerprint: str) -> HttpResponse:
    if kept.fingerprint != fingerprint:
        raise No(
            422,
            f"This {HEADER} was sent with another request: each request needs one of its own.",
            code="key_reused",
        )
    if TOO_LONG in kept.headers:
        raise No(
            409,
            f"This was done the first time. Its answer of {int(kept.headers[TOO_LONG]):,} bytes is not kept: "
            "read what came of it.",
            code="done_already",
        )
    headers = {**kept.headers, "Idempotency-Replayed": "true"}
    return HttpResponse(bytes(kept.body), status=kept.status, headers=headers)


def _keep(token: Token, key: str, fingerprint: str, answer: HttpResponse, *, now: datetime) -> None:
    headers = {name: answer[name] for name in HEADERS if name in answer}
    body = answer.content
    if len(body) > LONGEST_KEPT:
        headers, body = {TOO_LONG: str(len(body))}, b""
    Kept.objects.create(
        token=token,
        key=key,
        fingerprint=fingerprint,
        status=answer.status_code,
        headers=headers,
        body=body,
        created_at=now,
    )
