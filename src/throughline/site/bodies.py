"""Request bodies are received whole before a thread is taken, so that a slow sender keeps no one waiting."""

from __future__ import annotations

import asyncio
import json
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator, MutableMapping
from http import HTTPStatus
from typing import IO, Any

from throughline.site.headers import HEADERS

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]

# A form: kept in memory, and due within a few seconds.
SMALL_BYTES = 64 * 1024
SMALL_SECONDS = 10.0
# A file: kept on disk, and due at the pace of a poor line.
SILENCE_SECONDS = 30.0
START_SECONDS = 60.0
SLOWEST_BYTES_A_SECOND = 10_000
FILES_AT_ONCE = 8
PIECE_BYTES = 256 * 1024
# Whoever does not take what they asked for gives their thread back after this.
UNREAD_SECONDS = 30.0
UNREAD = "throughline.unread"


class WholeBodies:
    """ASGI: hands a request on once its body is here; 408 to who sends too slowly.

    `most` is how many bytes the sender with these headers may send; a longer body is not received at all,
    and the application says no from its length.
    """

    def __init__(self, app: App, *, most: Callable[[list[tuple[bytes, bytes]]], int]) -> None:
        self.app = app
        self.most = most
        self.files = 0

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        send = _until_unread(send, scope)
        length = _length(scope)
        if length == 0:
            return await self.app(scope, _nothing, send)
        if length <= SMALL_BYTES:
            return await self._whole(scope, receive, send, length=length)
        if length > await asyncio.to_thread(self.most, scope["headers"]):
            return await self.app(scope, _nothing, send)
        return await self._file(scope, receive, send, length=length)

    async def _file(self, scope: Message, receive: Receive, send: Send, *, length: int) -> None:
        if self.files >= FILES_AT_ONCE:
            sentence = "Other files are coming in: send this one again in a minute."
            return await _refuse(send, 503, sentence, path=scope["path"])
        self.files += 1
        try:
            await self._whole(scope, receive, send, length=length)
        finally:
            self.files -= 1
        return None

    async def _whole(self, scope: Message, receive: Receive, send: Send, *, length: int) -> None:
        with tempfile.SpooledTemporaryFile(SMALL_BYTES) as body:
            try:
                is_here = await received(receive, into=body, length=length)
            except TimeoutError:
                sentence = "The request came too slowly: send it again on a better line."
                return await _refuse(send, 408, sentence, path=scope["path"])
            if is_here:
                body.seek(0)
                await self.app(scope, _from(body), send)
        return None


async def received(receive: Receive, *, into: IO[bytes], length: int) -> bool:
    """Write a body of at most `length` bytes; False where the sender left. TimeoutError where it is slow."""
    count, began, more = 0, time.monotonic(), True
    while more and count < length:
        left = patience(length, received=count, elapsed=time.monotonic() - began)
        message = await asyncio.wait_for(receive(), max(left, 0))
        if message["type"] == "http.disconnect":
            return False
        piece = message.get("body", b"")[: length - count]
        await _in_thread(into.write, piece, when=length > SMALL_BYTES)
        count, more = count + len(piece), message.get("more_body", False)
    return True


def patience(length: int, *, received: int, elapsed: float) -> float:
    """How many seconds to wait for the next piece of a body; not above 0 when patience has ended."""
    if length <= SMALL_BYTES:
        return SMALL_SECONDS - elapsed
    return min(SILENCE_SECONDS, START_SECONDS + received / SLOWEST_BYTES_A_SECOND - elapsed)


async def _in_thread(act: Callable[[Any], Any], argument: object, *, when: bool) -> Any:
    # A disk that is busy must not stop the event loop; memory needs no thread.
    return await asyncio.to_thread(act, argument) if when else act(argument)


def _from(body: tempfile.SpooledTemporaryFile[bytes]) -> Receive:
    async def receive() -> Message:
        piece = await _in_thread(body.read, PIECE_BYTES, when=body._rolled)  # type: ignore[attr-defined]
        return {"type": "http.request", "body": piece, "more_body": bool(piece)}

    return receive


async def _nothing() -> Message:
    return {"type": "http.request", "body": b"", "more_body": False}


def _length(scope: Message) -> int:
    """Without a length (chunked) Django reads nothing, so there is nothing to wait for."""
    given = dict(scope["headers"]).get(b"content-length", b"0")
    return int(given) if given.isdigit() and len(given) < 20 else 0


def _until_unread(send: Send, scope: Message) -> Send:
    async def handed_over(message: Message) -> None:
        if scope.get(UNREAD):
            return
        try:
            async with asyncio.timeout(UNREAD_SECONDS):
                await send(message)
        except TimeoutError:
            scope[UNREAD] = True

    return handed_over


def ending_unread(application: Callable[..., Iterable[bytes]]) -> Callable[..., Iterator[bytes]]:
    """WSGI: stop making an answer that nobody takes any more."""

    def answered(environ: dict[str, Any], start_response: Any) -> Iterator[bytes]:
        answer = application(environ, start_response)
        try:
            for piece in answer:
                if environ["asgi.scope"].get(UNREAD):
                    break
                yield piece
        finally:
            getattr(answer, "close", lambda: None)()

    return answered


async def _refuse(send: Send, status: int, sentence: str, *, path: str) -> None:
    phrase = HTTPStatus(status).phrase
    kind, body = "text/plain; charset=utf-8", f"{sentence}\n"
    if path.startswith("/api/"):
        document = {"type": "about:blank", "title": phrase, "status": status, "detail": sentence}
        kind, body = "application/problem+json", json.dumps(document)
    headers = {**HEADERS, "Content-Type": kind, "Connection": "close"}
    encoded = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": status, "headers": encoded})
    await send({"type": "http.response.body", "body": body.encode()})
