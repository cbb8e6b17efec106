"""Server-sent events: names of what changed, on the event loop, so that no thread waits with them.

https://html.spec.whatwg.org/multipage/server-sent-events.html
"""

from __future__ import annotations

import asyncio
import json
import weakref
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar

from django.db import close_old_connections

from throughline.accounts.cookies import person_of_session
from throughline.engine.refusals import Refused
from throughline.live.access import may_follow
from throughline.live.bell import Bell
from throughline.live.following import Following, following
from throughline.live.queries import changes_of, newest_id
from throughline.site.bodies import App, Message, Receive, Send
from throughline.site.headers import HEADERS

PATH = "/live/stream"
# A line that proxies see, and the moment at which is asked again whether the person is still let in.
HEARTBEAT_SECONDS = 15.0
MOST_STREAMS = 1000
MOST_STREAMS_EACH = 20
# On a shared server transactions may commit in another order than that of their ids.
LATE_IDS = 50
Found = TypeVar("Found")


@dataclass(slots=True)
class Known:
    """The last change that a stream has told of, and those just before it."""

    last: int
    told: set[int] = field(default_factory=set)

    def fresh(self, id: int) -> bool:
        """Whether this change is told now, for the first time."""
        if id in self.told:
            return False
        self.told.add(id)
        self.last = max(self.last, id)
        self.told = {each for each in self.told if each > self.last - LATE_IDS}
        return True


_SERVED: weakref.WeakSet[LiveStreams] = weakref.WeakSet()


def open_streams() -> int:
    """How many streams of this process are open."""
    return sum(streams.open.total() for streams in list(_SERVED))


class LiveStreams:
    """ASGI: answers the stream's address, and hands everything else on."""

    def __init__(self, app: App, *, heartbeat: float = HEARTBEAT_SECONDS, pause: float | None = None) -> None:
        self.app = app
        self.heartbeat = heartbeat
        self.executor = ThreadPoolExecutor(2, thread_name_prefix="live")
        self.bell = Bell(lambda: self._ask(newest_id), **({} if pause is None else {"pause": pause}))
        self.open: Counter[int] = Counter()
        _SERVED.add(self)

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] != PATH:
            return await self.app(scope, receive, send)
        if scope["method"] != "GET":
            return await _refuse(send, 405, "A stream is read with GET.")
        try:
            asked = following(scope["query_string"].decode("latin1"), last_event=_last_event(scope))
        except (Refused, ValueError) as refused:
            return await _refuse(send, 400, f"{refused}.")
        person = await self._ask(lambda: _let_in(scope["headers"], asked))
        if isinstance(person, str):
            return await _refuse(
                send, *(401, "Sign in first.") if person == "nobody" else (404, "Not found.")
            )
        if self.open.total() >= MOST_STREAMS or self.open[person] >= MOST_STREAMS_EACH:
            return await _refuse(send, 503, "Too many pages are open: close one of them.")
        return await self._kept_open(scope, receive, send, asked, person)

    async def _kept_open(
        self, scope: Message, receive: Receive, send: Send, asked: Following, person: int
    ) -> None:
        self.open[person] += 1
        leaving = asyncio.create_task(_gone(receive))
        telling = asyncio.create_task(self._tell(scope["headers"], asked, send))
        try:
            await asyncio.wait({leaving, telling}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self.open[person] -= 1
            for task in (leaving, telling):
                task.cancel()
            await asyncio.gather(leaving, telling, return_exceptions=True)

    async def _tell(self, headers: list[tuple[bytes, bytes]], asked: Following, send: Send) -> None:
        since = await self._ask(newest_id) if asked.since is None else asked.since
        known = Known(since)
        await send({"type": "http.response.start", "status": 200, "headers": _STREAM_HEADERS})
        await _say(send, f"retry: 2000\nid: {since}\nevent: open\ndata: {{}}\n\n")
        while True:
            after = max(since, known.last - LATE_IDS) if known.told else since
            # Noted before the look: what comes while it looks rings again.
            looked = self.bell.last
            told = await self._ask(partial(_changes, headers, asked, since=after))
            if told is None:
                return await send({"type": "http.response.body", "body": b"", "more_body": False})
            for id, topic, what in told:
                if known.fresh(id):
                    said = json.dumps({"topic": topic, "what": what})
                    await _say(send, f"id: {id}\nevent: change\ndata: {said}\n\n")
            if not await self.bell.rung(since=looked, within=self.heartbeat):
                await _say(send, ": still here\n\n")

    async def _ask(self, question: Callable[[], Found]) -> Found:
        return await asyncio.get_running_loop().run_in_executor(self.executor, _fresh, question)


def _fresh(question: Callable[[], Found]) -> Found:
    close_old_connections()
    return question()


def _let_in(headers: list[tuple[bytes, bytes]], asked: Following) -> int | str:
    """The id of the person, or why not: nobody is signed in, or may not follow."""
    person = person_of_session(headers)
    if person.pk is None:
        return "nobody"
    return person.pk if all(may_follow(person, topic) for topic in asked.topics) else "forbidden"


def _changes(
    headers: list[tuple[bytes, bytes]], asked: Following, *, since: int
) -> list[tuple[int, str, str]] | None:
    """What changed; None where the person is let in no more."""
    if isinstance(_let_in(headers, asked), str):
        return None
    return [(each.pk, each.topic, each.what) for each in changes_of(asked.topics, since=since)]


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _say(send: Send, text: str) -> None:
    await send({"type": "http.response.body", "body": text.encode(), "more_body": True})


async def _refuse(send: Send, status: int, sentence: str) -> None:
    headers = _encoded({**HEADERS, "Content-Type": "text/plain; charset=utf-8", "Cache-Control": "no-store"})
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": f"{sentence}\n".encode()})


def _last_event(scope: Message) -> str:
    headers: dict[bytes, bytes] = dict(scope["headers"])
    return headers.get(b"last-event-id", b"").decode("latin1")


def _encoded(headers: dict[str, str]) -> list[tuple[bytes, bytes]]:
    return [(name.lower().encode(), value.encode()) for name, value in headers.items()]


_STREAM_HEADERS = _encoded(
    {
        **HEADERS,
        "Content-Type": "text/event-stream; charset=utf-8",
        "Cache-Control": "no-store",
        # Proxies that would gather a stream before they pass it on.
        "X-Accel-Buffering": "no",
    }
)
