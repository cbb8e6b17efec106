"""Who may read the figures: whoever has the token of the environment."""

from __future__ import annotations

import hmac

from throughline.engine.refusals import Refused

SHORTEST = 16


def token_of(text: str) -> str:
    """The token as it was set; empty where none is. Raises Refused where it could be guessed."""
    if text and len(text) < SHORTEST:
        message = (
            f"expected {SHORTEST} characters or more, found {len(text)}: `openssl rand -hex 24` makes one"
        )
        raise Refused(message, place="THROUGHLINE_METRICS_TOKEN", code="token")
    return text


def is_let_in(authorization: str, *, token: str) -> bool:
    """Whether the header brings the token, compared in the same time wherever it differs."""
    kind, _, given = authorization.partition(" ")
    return kind.lower() == "bearer" and hmac.compare_digest(given.strip().encode(), token.encode())
