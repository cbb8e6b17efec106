"""The API as its user's program asks it: one address, one token, an end in time and in size.

Its user named the address for herself, so loopback and plain http are hers to choose. Redirects are not
followed, the environment's proxies and passwords not used: the token goes to that address only.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

import anyio
import httpx2

from throughline import __version__
from throughline.agents.marking import cleaned
from throughline.engine.refusals import Refused

ROOT = "/api/v1"
MOST_BYTES = 8 * 1024 * 1024
SECONDS = 60.0
# How far: done, of how many if that is known, and in words.
Progress = Callable[[float, float | None, str], Awaitable[None]]


class Unanswered(Refused):
    """The API said no, or nothing; the sentence says why and what to do."""


def checked_address(address: str) -> str:
    """Where the server is. Raises Refused.

    >>> checked_address("http://localhost:8000/")
    'http://localhost:8000'
    """
    try:
        parts = urlsplit(address.strip())
        is_one = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        is_one = False
    if not is_one or parts.username is not None or parts.query or parts.fragment:
        raise Refused(
            "expected the address of a server, such as http://localhost:8000, "
            "without a name, a password or a query",
            place="--url",
        )
    return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}"


def goes_in_the_open(address: str) -> str:
    """The other machine to which a token goes readable for all on the way; empty where none does.

    >>> goes_in_the_open("http://risk.example.org:8000"), goes_in_the_open("http://127.0.0.1:8000")
    ('risk.example.org', '')
    """
    parts = urlsplit(address)
    host = parts.hostname or ""
    return host if parts.scheme == "http" and not _is_here(host) else ""


def _is_here(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


class Api:
    """Asks in the name of whoever the token is of."""

    def __init__(self, address: str, token: str, *, seconds: float = SECONDS) -> None:
        self.address = checked_address(address)
        self.seconds = seconds
        headers = {"Authorization": f"Bearer {token}", "User-Agent": f"Throughline-MCP/{__version__}"}
        self._client = httpx2.AsyncClient(
            base_url=f"{self.address}{ROOT}", headers=headers, timeout=seconds, trust_env=False
        )

    async def get(self, path: str, asked: Mapping[str, Any] | None = None) -> Any:
        """What an operation that reads answers; what is left out of `asked` is not said."""
        kept = {name: each for name, each in (asked or {}).items() if each not in ("", None, [])}
        return await self._ask("GET", path, params=kept)

    async def post(self, path: str, body: Mapping[str, Any]) -> Any:
        """What an operation that writes answers; it is done once, also where the line breaks."""
        once = {"Idempotency-Key": secrets.token_hex(16)}
        return await self._ask("POST", path, json=dict(body), headers=once)

    async def every(self, path: str, *, progress: Progress, most: int = 1000) -> AsyncIterator[Any]:
        """The items of a list, page by page."""
        cursor, n = "", 0
        while n < most:
            page = await self.get(path, {"limit": 200, "cursor": cursor})
            for item in page["items"]:
                yield item
            n += len(page["items"])
            if not page["next"]:
                return
            cursor = httpx2.URL(page["next"]).params["cursor"]
            await progress(n, None, f"{n} read")

    async def close(self) -> None:
        """Let the connections go."""
        await self._client.aclose()

    async def _ask(self, method: str, path: str, **said: Any) -> Any:
        try:
            with anyio.fail_after(self.seconds):
                async with self._client.stream(method, path.lstrip("/"), **said) as answer:
                    body = await _whole(answer)
        except (TimeoutError, httpx2.TimeoutException):
            raise Unanswered(
                f"The server gave no whole answer within {self.seconds:g} seconds: "
                "ask for less, or start with a longer --timeout."
            ) from None
        except httpx2.HTTPError as error:
            raise Unanswered(
                f"No answer from {self.address} ({type(error).__name__}): is the server running there? "
                "`throughline serve` starts one, --url names another."
            ) from None
        return self._read(answer.status_code, body)

    def _read(self, status: int, body: bytes) -> Any:
        try:
            found = cleaned(json.loads(body))
        except ValueError:
            found = None
        if 200 <= status < 300 and found is not None:
            return found
        if status == 401:
            raise Unanswered(
                "The token is not in force: it has expired, was revoked, or is another server's. "
                "Make one under Account, Tokens, and put it into THROUGHLINE_TOKEN."
            )
        if isinstance(found, dict) and "detail" in found:
            raise Unanswered(sentence_of(found))
        raise Unanswered(
            f"What answers at {self.address} is not the API of Throughline (status {status}): "
            "name the address of the server itself with --url."
        )


def sentence_of(problem: Mapping[str, Any]) -> str:
    """A problem document as sentences: what is wrong, and where.

    >>> sentence_of({"detail": "Not so.", "errors": [{"parameter": "where", "detail": "no field 'sevrity'"}]})
    "Not so. where: no field 'sevrity'"
    >>> sentence_of({"detail": "by: not so", "errors": [{"parameter": "by", "detail": "not so"}]})
    'by: not so'
    """
    # Mostly the detail is made of them.
    places = [
        f"{each.get('pointer') or each.get('parameter') or 'body'}: {each['detail']}"
        for each in problem.get("errors", ())
        if each["detail"] not in problem["detail"]
    ]
    return " ".join([str(problem["detail"]), "; ".join(places)]).strip()


async def _whole(answer: httpx2.Response) -> bytes:
    parts, n = [], 0
    async for part in answer.aiter_bytes():
        n += len(part)
        if n > MOST_BYTES:
            raise Unanswered(f"The answer is larger than {MOST_BYTES // 1024**2} MB: ask for less.")
        parts.append(part)
    return b"".join(parts)
