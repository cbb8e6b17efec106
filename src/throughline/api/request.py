"""What a request under /api/ carries beside what Django puts there."""

from __future__ import annotations

from typing import IO, Any

from django.http import HttpRequest

from throughline.accounts.models import Token


class ApiRequest(HttpRequest):
    """A type alone, of what Django makes: `bearer` sets the first two, `reading` the third or the fourth."""

    token: Token | None
    asked_as: str
    sent_json: Any
    sent_file: IO[bytes]
