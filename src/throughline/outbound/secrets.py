"""Keeping a secret, reading it when it is used, and changing the key of all.

AES-256-GCM (NIST SP 800-38D); a nonce of 96 random bits each time; the handle of the row is authenticated.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from datetime import datetime

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import transaction

from throughline.audit import actions as audit
from throughline.engine.refusals import Refused
from throughline.outbound import keys
from throughline.outbound.models import Secret

NONCE_BYTES = 12


def keep(purpose: str, value: str, *, now: datetime) -> Secret:
    """Seal a value, in the transaction of the action that was given it and that writes the audit entry."""
    handle = secrets.token_urlsafe(16)
    # In the transaction: a rotation waits for it, or it sees the rotation's key.
    with transaction.atomic():
        key = keys.sealing()
        sealed = _sealed(key, handle, value)
        return Secret.objects.create(handle=handle, purpose=purpose, sealed=sealed, key=key.id, kept_at=now)


def read(secret: Secret) -> str:
    """The value, to be used at once and put nowhere. Raises Refused where its key is not here."""
    return _opened(secret, {key.id: key for key in keys.known()})


def rotate(*, actor: str, now: datetime) -> int:
    """Seal everything with a new key and let go of the old ones; how many secrets there are.

    Raises Refused, and changes nothing, where one cannot be opened. Killed on the way, it leaves both keys.
    """
    with transaction.atomic():
        known = {key.id: key for key in keys.known()}
        opened = [(secret, _opened(secret, known)) for secret in Secret.objects.select_for_update()]
        key = keys.new()
        # Before anything is sealed with it: what is in the database must never need a key that no file has.
        keys.replace([*known.values(), key])
        for secret, value in opened:
            secret.key, secret.sealed = key.id, _sealed(key, secret.handle, value)
            secret.save(update_fields=["key", "sealed"])
        audit.record(
            actor,
            "secrets sealed anew",
            object_type="key",
            object_id=key.id,
            detail={"secrets": len(opened)},
            now=now,
        )
    with transaction.atomic():
        used = set(Secret.objects.values_list("key", flat=True))
        kept = keys.known()
        keys.replace([each for each in kept if each.id in used or each == kept[-1]])
    return len(opened)


def each() -> Iterator[tuple[Secret, bool]]:
    """Every secret, and whether it can be opened here."""
    known = {key.id: key for key in keys.known()}
    for secret in Secret.objects.order_by("purpose", "id"):
        try:
            _opened(secret, known)
        except Refused:
            yield secret, False
        else:
            yield secret, True


def _sealed(key: keys.Key, handle: str, value: str) -> bytes:
    nonce = os.urandom(NONCE_BYTES)
    return nonce + AESGCM(key.value).encrypt(nonce, value.encode(), handle.encode())


def _opened(secret: Secret, known: dict[str, keys.Key]) -> str:
    key = known.get(secret.key)
    if key is None:
        raise Refused(
            f"The key '{secret.key}' that sealed {secret} is not in {keys.path()}: put the file back that "
            "was kept apart from the backup, or enter the secret again.",
            code="key_missing",
        )
    sealed = bytes(secret.sealed)
    try:
        opened = AESGCM(key.value).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], secret.handle.encode())
    except InvalidTag:
        message = f"What is kept of {secret} was changed: enter the secret again."
        raise Refused(message, code="secret_changed") from None
    return opened.decode()
