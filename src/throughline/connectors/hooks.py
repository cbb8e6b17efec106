"""A tool that says by itself that something is new: the next look comes at once.

Nothing of what it sends is believed. That it knows the secret is all that counts, and a look is all that
comes of it. Signatures are those of WebSub (https://www.w3.org/TR/websub/#signing-content); GitLab sends the
secret itself.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
import secrets as chance
from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from throughline.audit import actions as audit
from throughline.connectors.kinds.registry import is_known, kind_named
from throughline.connectors.models import Connector, Heard
from throughline.engine.refusals import Refused
from throughline.outbound import secrets

log = logging.getLogger(__name__)
# The name under which its secret is kept beside those that the kind declares.
HOOK = "hook"
# Of one connector; a tool tries again for an hour or so, and none says so much in that time.
MOST_REMEMBERED = 1_000
# Under which a tool numbers what it sends, the same each time it tries.
IDENTIFIERS = ("x-atlassian-webhook-identifier", "x-github-delivery", "x-gitlab-event-uuid")
# Jira names only the plain one; GitHub has SHA-1 there, and the good one under the other name.
SIGNATURES = ("x-hub-signature-256", "x-hub-signature")


def takes_hooks(connector: Connector) -> str:
    """How its tool is told to send them, in a sentence; empty where the kind knows none."""
    known = kind_named(connector.kind) if is_known(connector.kind) else None
    return str(getattr(known, HOOK, ""))


def has_secret(connector: Connector) -> bool:
    """Whether a hook of this connector can be heard."""
    return connector.credentials.filter(name=HOOK).exists()


def new_secret(actor: str, connector: Connector, *, now: datetime) -> str:
    """Another secret instead of the one before. Nobody is told it again. Raises Refused."""
    if not takes_hooks(connector):
        raise Refused(f"{connector.name} is no tool that sends webhooks.", code="no_hooks")
    value = chance.token_urlsafe(32)
    with transaction.atomic():
        Connector.objects.select_for_update().get(pk=connector.pk)
        old = [each.secret for each in connector.credentials.filter(name=HOOK).select_related("secret")]
        connector.credentials.filter(name=HOOK).delete()
        for secret in old:
            secret.delete()
        sealed = secrets.keep(f"webhook of {connector.kind}"[:60], value, now=now)
        connector.credentials.create(name=HOOK, secret=sealed)
        detail = {"name": connector.name, "replaced": bool(old)}
        audit.record(
            actor,
            "webhook secret made",
            object_type="connector",
            object_id=connector.pk,
            detail=detail,
            now=now,
        )
    return value


def hear(id: int, headers: Mapping[str, str], body: bytes, *, now: datetime) -> bool:
    """Whether this came from the tool of a connector; if it is new, the next look comes at once.

    Names of headers are in small letters.
    """
    connector = Connector.objects.filter(pk=id).first()
    if not _is_signed(headers, body, _secret_of(connector)) or connector is None:
        return False
    with transaction.atomic():
        Connector.objects.select_for_update().get(pk=id)
        if _is_new(connector, headers, body, now=now):
            Connector.objects.filter(pk=id).update(hurried_at=now)
    return True


def _secret_of(connector: Connector | None) -> bytes:
    found = connector and connector.credentials.filter(name=HOOK).select_related("secret").first()
    try:
        value = secrets.read(found.secret) if found else ""
    except Refused:
        # Whoever knocks learns nothing of our keys; the page of the connector says what is wrong.
        log.exception("the webhook secret of connector %s cannot be read", connector and connector.pk)
        value = ""
    # Where there is none, one that nobody knows takes as long to be wrong.
    return (value or chance.token_urlsafe(32)).encode()


def _is_signed(headers: Mapping[str, str], body: bytes, secret: bytes) -> bool:
    if "x-gitlab-token" in headers:
        return hmac.compare_digest(headers["x-gitlab-token"].encode(), secret)
    said = next((headers[name] for name in SIGNATURES if name in headers), "")
    return hmac.compare_digest(said.strip().encode(), f"sha256={_signed(secret, body)}".encode())


def _signed(secret: bytes, body: bytes) -> str:
    return hmac.new(secret, body, hashlib.sha256).hexdigest()


def _is_new(connector: Connector, headers: Mapping[str, str], body: bytes, *, now: datetime) -> bool:
    """Whether neither its number nor, where it has any, its content was heard before."""
    said = [f"{name} {headers[name]}".encode() for name in IDENTIFIERS if headers.get(name)]
    # The number is not signed: who sends the same again under another one is not heard either.
    marks = [hashlib.sha256(each).hexdigest() for each in (*said, body) if each]
    if Heard.objects.filter(connector=connector, mark__in=marks).exists():
        return False
    Heard.objects.bulk_create(Heard(connector=connector, mark=mark, at=now) for mark in dict.fromkeys(marks))
    kept = Heard.objects.filter(connector=connector).order_by("-id")[MOST_REMEMBERED : MOST_REMEMBERED + 1]
    for oldest in kept:
        Heard.objects.filter(connector=connector, pk__lte=oldest.pk).delete()
    return True
