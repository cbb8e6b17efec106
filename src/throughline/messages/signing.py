"""Signing what is sent to other tools, by the scheme of Standard Webhooks (https://www.standardwebhooks.com)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from datetime import datetime

PREFIX = "whsec_"
KEY_BYTES = 32


def new_key() -> str:
    """A key as it is shown, once, to whoever will verify with it."""
    return PREFIX + base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()


def headers(handle: str, body: bytes, *, key: str, now: datetime) -> dict[str, str]:
    """Id, time and signature of a body, as the headers that go with it."""
    at = str(int(now.timestamp()))
    return {
        "webhook-id": handle,
        "webhook-timestamp": at,
        "webhook-signature": signature(handle, at, body, key),
    }


def signature(handle: str, at: str, body: bytes, key: str) -> str:
    """HMAC-SHA256 over id, time and raw body.

    The scheme's own example:

    >>> signature("msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", b'{"test": 2432232314}',
    ...           "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE='
    """
    signed = b".".join((handle.encode(), at.encode(), body))
    digest = hmac.new(base64.b64decode(key.removeprefix(PREFIX)), signed, hashlib.sha256).digest()
    return "v1," + base64.b64encode(digest).decode()
