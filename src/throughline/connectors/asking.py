"""Asking a tool over HTTP: its address, its sign-in, its pace, and sentences for what goes wrong.

Every request leaves through outbound/client. A tool that says "too fast" is waited for as long as it says
(RFC 9110, Retry-After) and a little longer, drawn at random so that several houses do not come back at once.
"""

from __future__ import annotations

import json
import logging
import random
import re
import time
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, NoReturn
from urllib.parse import urlencode, urljoin, urlsplit

from throughline.engine.refusals import Refused
from throughline.outbound.client import Answer, Limits, NotSent, Session, checked_address

log = logging.getLogger(__name__)
# Of one answer; a page of a hundred issues with their fields is a hundredth of it.
MOST_BYTES = 32 * 1024 * 1024
LIMITS = Limits(seconds=60.0, most_bytes=MOST_BYTES)
MOST_PAGES = 100_000
ATTEMPTS = 6
FIRST_WAIT = 1.0
# Who asks for more patience than this is asked again by the next sync, which goes on from the kept pages.
LONGEST_WAIT = 120.0
SAMPLE = 2_000
SIGN_INS = frozenset({"authorization", "x-apikeys"})
LINK = re.compile(r'<([^>]*)>\s*;[^,]*?\brel="?next"?')


def basic(name: str, password: str) -> str:
    """The header that signs in with a name and its password (RFC 7617)."""
    return f"Basic {b64encode(f'{name}:{password}'.encode()).decode()}"


class Nonsense(Refused):
    """An answer that nobody can have meant. It is kept aside with the sample, and nothing of it is stored."""

    def __init__(self, message: str, *, place: str, sample: str = "") -> None:
        super().__init__(message, place=place, code="nonsense")
        self.sample = sample[:SAMPLE]


@dataclass(frozen=True, slots=True)
class Clock:
    """Time and chance, so that tests wait for nothing. `sleep` may raise Cancelled."""

    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    sleep: Callable[[float], None] = time.sleep
    chance: Callable[[], float] = random.random


@dataclass(frozen=True, slots=True)
class Reply:
    """A good answer: what its JSON says, and its headers in small letters."""

    said: Any
    headers: Mapping[str, str] = field(default_factory=dict)
    status: int = 200

    @property
    def next_link(self) -> str:
        """The address of the next page by its Link header (RFC 8288); empty on the last."""
        found = LINK.search(self.headers.get("link", ""))
        return found[1] if found else ""


class Tokens:
    """The tokens of one listing, each of which may lead on once: a tool that repeats one goes in a circle."""

    def __init__(self, host: str) -> None:
        self._host = host
        self._seen: set[str] = set()

    def take(self, token: str) -> str:
        """The token, if it is new. Raises Refused where it was followed before, or after too many pages."""
        if token in self._seen:
            message = (
                f"{self._host} gave the same page token twice: its listing goes in a circle, and is not read"
            )
            raise Refused(f"{message}. Sync again later.", code="repeated_token")
        if len(self._seen) >= MOST_PAGES:
            raise Refused(f"{self._host} lists more than {MOST_PAGES:,} pages.", code="too_many_pages")
        self._seen.add(token)
        return token


class Asking:
    """One tool, asked by one thread. Open it with `with`; what it says of errors names the host alone."""

    def __init__(
        self,
        base: str,
        headers: Mapping[str, str] | None = None,
        *,
        clock: Clock | None = None,
        limits: Limits = LIMITS,
        secrets: Mapping[str, str] | None = None,
    ) -> None:
        # Of a mistyped address it is said here, before anything is sent. What asks nobody has none.
        self.host = checked_address(base).host if base else "this server"
        self.base = base.rstrip("/")
        self.clock = clock or Clock()
        self.asked = 0
        # By how much our clock is ahead of the tool's, as far as it says its own.
        self.ahead = timedelta()
        # For what is asked in another way than over HTTP; `headers` sign in there.
        self.secrets = secrets or {}
        self._headers = {"accept": "application/json", **(headers or {})}
        self._is_signed_in = bool({name.lower() for name in self._headers} & SIGN_INS)
        self._path = ""
        self._limits = limits
        self._session = Session()

    def __enter__(self) -> Asking:
        return self

    def __exit__(self, *reason: object) -> None:
        self._session.__exit__()

    def get(self, path: str, params: Mapping[str, Any] | None = None) -> Any:
        """The JSON of a path. Raises Refused."""
        return self.reply("GET", path, params=params).said

    def post(self, path: str, body: Any, params: Mapping[str, Any] | None = None) -> Any:
        """The JSON that answers a JSON. Raises Refused."""
        return self.reply("POST", path, body=body, params=params).said

    def search(self, path: str, body: Any) -> Any:
        """The same where the JSON only asks: it is asked again where the connection broke. Raises Refused."""
        return self.reply("POST", path, body=body, is_read=True).said

    def reply(
        self,
        method: str,
        path: str,
        *,
        body: Any = None,
        params: Mapping[str, Any] | None = None,
        is_read: bool = False,
    ) -> Reply:
        """A good answer with its headers; `path` may be a whole address of the same host. Raises Refused."""
        answer = self.answer(method, path, body=body, params=params, is_read=is_read)
        if not answer.is_success:
            raise self.refusal(answer)
        return Reply(self.read(answer, path), answer.headers, answer.status)

    def answer(
        self,
        method: str,
        path: str,
        *,
        body: Any = None,
        params: Mapping[str, Any] | None = None,
        is_read: bool = False,
    ) -> Answer:
        """Any answer but "too fast", which is waited for. Raises Refused where there is none."""
        address = self._address(path, params)
        self._path = urlsplit(address).path
        content = b"" if body is None else json.dumps(body, ensure_ascii=False).encode()
        headers = self._headers if body is None else {**self._headers, "content-type": "application/json"}
        for attempt in range(ATTEMPTS):
            answer = self._sent(method, address, content, headers, is_read=is_read or method == "GET")
            self._compare_clocks(answer)
            wait = self._wait(answer, attempt)
            if wait is None:
                return answer
            if attempt + 1 < ATTEMPTS:
                self._rest(wait)
        raise Refused(
            f"{self.host} was asked {ATTEMPTS} times and had no time: the next sync goes on from here.",
            code="too_fast",
        )

    def refusal(self, answer: Answer) -> Refused:
        """What a bad answer means, and what to do."""
        said = _said_in(answer)
        sentences = self._refusals_signed_in() if self._is_signed_in else self._refusals_unsigned()
        sentences[410] = f"{self.host} no longer has this part of its API"
        message = sentences.get(answer.status)
        if message is None:
            if 300 <= answer.status < 400:
                message = f"{self.host} sends on to another address: give the address that it sends to"
            elif answer.status >= 500:
                message = (
                    f"{self.host} answered {answer.status} to {self._path[:200]}: it failed itself. "
                    "Try again later, and look into its own log if it stays"
                )
            else:
                message = f"{self.host} answered {answer.status} to {self._path[:200]}: check the settings"
        return Refused(f"{message}{f' ({said})' if said else ''}.", code=f"answered_{answer.status}")

    def _refusals_signed_in(self) -> dict[int, str]:
        return {
            401: f"{self.host} refuses the token: it was revoked, has expired, or belongs to somebody else. "
            "Make a new one and enter it",
            403: f"{self.host} does not let this token do that: give it the rights that the kind names",
            404: f"{self.host} does not know what was asked for, or hides it from this token",
        }

    def _refusals_unsigned(self) -> dict[int, str]:
        return {
            401: f"{self.host} asks who we are, and no token is set: give one",
            403: f"{self.host} does not show that to everybody, and no token is set: give one",
            404: f"{self.host} has nothing at {self._path[:200]}: check the address",
        }

    def nonsense(self, message: str, sample: Any, *, place: str = "") -> Nonsense:
        """That an answer cannot be meant, with a sample of it."""
        text = sample if isinstance(sample, str) else json.dumps(sample, ensure_ascii=False, default=str)
        return Nonsense(message, place=f"{self.host}{place}", sample=text)

    def tokens(self) -> Tokens:
        """A guard for the tokens of one listing."""
        return Tokens(self.host)

    def _address(self, path: str, params: Mapping[str, Any] | None) -> str:
        if path.startswith(("http://", "https://")):
            # What a tool calls its next page may be anybody's address, and would be sent the token.
            if urlsplit(path)[:2] != urlsplit(self.base)[:2]:
                raise Refused(f"{self.host} sends on to another host for its next page.", code="other_host")
            address = path
        elif path.startswith("//"):
            raise Refused(f"{self.host} sends on to another host for its next page.", code="other_host")
        else:
            address = f"{self.base}/{path.lstrip('/')}"
        query = urlencode([(k, v) for k, v in (params or {}).items() if v is not None], doseq=True)
        return f"{address}{'&' if '?' in address else '?'}{query}" if query else address

    def absolute(self, path: str) -> str:
        """A path from the root of the host as an address of it."""
        return urljoin(f"{self.base}/", path)

    def _sent(
        self, method: str, address: str, content: bytes, headers: Mapping[str, str], *, is_read: bool
    ) -> Answer:
        self.asked += 1
        try:
            return self._session.send(method, address, body=content, headers=headers, limits=self._limits)
        except NotSent as error:
            # A connection that was kept may have been closed meanwhile; what only asks may ask again.
            if not is_read or error.code != "unreachable":
                raise
            return self._session.send(method, address, body=content, headers=headers, limits=self._limits)

    def _compare_clocks(self, answer: Answer) -> None:
        there = _dated(answer.headers.get("date", ""))
        ahead = timedelta() if there is None else self.clock.now() - there
        # A day and more is no clock that goes wrong: the tool says nonsense.
        if self.ahead < ahead < timedelta(days=1):
            self.ahead = ahead

    def _wait(self, answer: Answer, attempt: int) -> float | None:
        """How long to wait before asking again; None where the answer stands."""
        # GitHub says "too fast" with 403 and nothing left of its budget.
        spent = answer.status in (403, 429) and answer.headers.get("x-ratelimit-remaining") == "0"
        if (
            answer.status not in (429, 503)
            and not spent
            and not (answer.status == 403 and "retry-after" in answer.headers)
        ):
            return None
        asked = self._asked_for(answer.headers)
        if asked is not None and asked > LONGEST_WAIT:
            minutes = f"{asked / 60:.0f} minutes"
            raise Refused(
                f"{self.host} asks to be left alone for {minutes}: the next sync goes on from here.",
                code="too_fast",
            )
        least = FIRST_WAIT * 2**attempt if asked is None else asked
        return least + self.clock.chance() * min(max(least, FIRST_WAIT), 5.0)

    def _asked_for(self, headers: Mapping[str, str]) -> float | None:
        said = headers.get("retry-after", "").strip()
        if re.fullmatch(r"\d{1,9}(\.\d+)?", said):
            return float(said)
        if said:
            until = _dated(said)
            return None if until is None else max(0.0, (until - self.clock.now()).total_seconds())
        reset = headers.get("x-ratelimit-reset", "").strip()
        if re.fullmatch(r"\d{1,12}", reset):
            return max(0.0, float(reset) - self.clock.now().timestamp())
        return None

    def _rest(self, seconds: float) -> None:
        # In short steps: whoever cancels does not wait for the tool.
        while seconds > 0:
            self.clock.sleep(min(seconds, 1.0))
            seconds -= 1.0

    def read(self, answer: Answer, path: str) -> Any:
        """The JSON of an answer. Raises Nonsense where it is none."""
        if not answer.body.strip():
            return None
        try:
            return _loaded(answer.body)
        except (ValueError, RecursionError):
            kind = answer.headers.get("content-type", "").split(";")[0] or "something without a type"
            raise self.nonsense(
                f"it answered with {kind} where JSON was expected: is there a sign-in page in front of it?",
                answer.body[:SAMPLE].decode("utf-8", "replace"),
                place=urlsplit(path).path if "://" in path else f"/{path.lstrip('/').split('?')[0]}",
            ) from None


@contextmanager
def understood(host: str) -> Iterator[None]:
    """Refuse answers in which something is of another type than its API says, wherever that comes up."""
    try:
        yield
    except (AttributeError, TypeError, LookupError, ValueError, RecursionError) as error:
        log.exception("an answer of %s cannot be read", host)
        raise Refused(
            f"{host} answered in another shape than its API describes, and nothing of it is read; the "
            "server's log says where it differs.",
            code="shape",
        ) from error


def _loaded(body: bytes) -> Any:
    """The JSON of a body, with what no text can hold replaced. Raises ValueError and RecursionError."""
    said = json.loads(body, parse_constant=_no_number)
    if b"\\ud" in body or b"\\uD" in body:
        # Tools that count in UTF-16 cut texts in the middle of a character.
        text = json.dumps(said, ensure_ascii=False).encode("utf-16", "surrogatepass")
        return json.loads(text.decode("utf-16", "replace"))
    return said


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"JSON has no {name}")


def _dated(said: str) -> datetime | None:
    """The instant of a header; None where it says none."""
    try:
        found = parsedate_to_datetime(said)
        return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def _said_in(answer: Answer) -> str:
    """What the tool itself says of an error, cut short; empty where it says nothing that can be read."""
    try:
        said = json.loads(answer.body)
    except (ValueError, RecursionError):
        return ""
    if not isinstance(said, dict):
        return ""
    for name in ("errorMessages", "errors", "message", "error_description", "error", "detail", "title"):
        text = _text(said.get(name))
        if text:
            return " ".join(text.split())[:300].rstrip(".")
    return ""


def _text(said: Any) -> str:
    if isinstance(said, str):
        return said
    if isinstance(said, list):
        return next((text for each in said if (text := _text(each))), "")
    if isinstance(said, dict):
        # An error of JSON:API has its status before the sentence.
        named = [said[name] for name in ("detail", "message", "title") if name in said]
        return next((text for each in [*named, *said.values()] if (text := _text(each))), "")
    return ""
