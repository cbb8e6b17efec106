"""Who sends slowly, or takes slowly, keeps nobody else waiting."""

from __future__ import annotations

import asyncio
import io
import resource
import socket
import time
from contextlib import ExitStack

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.homes import ready
from tests.site.test_serve import ask, start, stop

from throughline.site import bodies
from throughline.site.bodies import SLOWEST_BYTES_A_SECOND, SMALL_BYTES, START_SECONDS, WholeBodies, patience
from throughline.site.server import THREADS

# With the cookie of a form, for Django reads the body to compare.
STALLED = (
    b"POST /sign-in/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 500\r\n"
    b"Cookie: csrftoken=" + b"a" * 32 + b"\r\n"
    b"Content-Type: application/x-www-form-urlencoded\r\n\r\nemail="
)


def test_who_stalls_or_asks_for_nothing_keeps_no_thread_from_others_and_is_sent_away(tmp_path):
    process, said = start(ready(tmp_path), "--port", "0")
    port = int(said["address"].rsplit(":", 1)[1])
    try:
        with ExitStack() as stack:
            silent, begun, *stalled = [
                stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=15))
                for _ in range(2 + 3 * THREADS)
            ]
            begun.sendall(b"GET /healthz HTTP/1.1\r\nHost: local")
            for each in stalled:
                each.sendall(STALLED)
            assert ask(said["address"], "/healthz").read() == b"ok\n"
            assert all(map(closed, (silent, begun)))
            assert all(each.recv(100).startswith(b"HTTP/1.1 408") for each in stalled)
    finally:
        stop(process)


def test_many_silent_connections_leave_room_for_others(tmp_path):
    few, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (128, most))
    try:
        process, said = start(ready(tmp_path), "--port", "0")
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (few, most))
    port = int(said["address"].rsplit(":", 1)[1])
    try:
        with ExitStack() as stack:
            for _ in range(200):
                stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=10))
            began = time.monotonic()
            assert ask(said["address"], "/healthz").read() == b"ok\n"
            assert time.monotonic() - began < 5
    finally:
        stop(process)


def closed(connection: socket.socket) -> bool:
    """Whether the other side hangs up, within the connection's own timeout."""
    try:
        return connection.recv(100) == b""
    except ConnectionResetError:
        return True


def test_a_connection_serves_several_requests_one_after_another(tmp_path):
    process, said = start(ready(tmp_path), "--port", "0")
    port = int(said["address"].rsplit(":", 1)[1])
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=15) as kept:
            for _ in range(3):
                kept.sendall(b"GET /healthz HTTP/1.1\r\n")
                time.sleep(0.1)
                kept.sendall(b"Host: localhost\r\n\r\n")
                answer = b""
                while not answer.endswith(b"ok\n"):
                    answer += kept.recv(10_000)
                assert answer.startswith(b"HTTP/1.1 200")
                time.sleep(0.1)
    finally:
        stop(process)


def answers(scope, messages, *, most=10**9, app=None) -> list:
    """What the server sends when the sender's messages come, and then nothing more."""
    sent, waiting = [], list(messages)

    async def receive():
        if not waiting:
            await asyncio.sleep(60)
        return waiting.pop(0)

    async def send(message):
        sent.append(message)

    asyncio.run(WholeBodies(app or echo, most=lambda _: most)(scope, receive, send))
    return sent


async def echo(scope, receive, send):
    whole, more = b"", True
    while more:
        message = await receive()
        whole, more = whole + message["body"], message["more_body"]
    await send({"type": "echo", "body": whole})


def post(length: int) -> dict:
    return {"type": "http", "path": "/", "headers": [(b"content-length", str(length).encode())]}


def piece(body: bytes, *, more: bool = True) -> dict:
    return {"type": "http.request", "body": body, "more_body": more}


@pytest.mark.parametrize("length", [5, SMALL_BYTES, SMALL_BYTES + 1, 3_000_000])
def test_a_body_arrives_as_it_was_sent_whatever_its_size(length):
    whole = bytes(number % 251 for number in range(length))
    pieces = [piece(whole[at : at + 50_000]) for at in range(0, length, 50_000)]
    assert answers(post(length), [*pieces, piece(b"", more=False)]) == [{"type": "echo", "body": whole}]


def test_a_body_that_goes_on_beyond_its_length_is_cut_off_there():
    assert answers(post(3), [piece(b"abc" * 1000)] * 3) == [{"type": "echo", "body": b"abc"}]


def test_a_body_that_may_not_be_sent_is_not_received():
    assert answers(post(SMALL_BYTES + 1), [], most=SMALL_BYTES) == [{"type": "echo", "body": b""}]


@pytest.mark.parametrize("headers", [[], [(b"transfer-encoding", b"chunked")]])
def test_a_body_without_a_length_is_not_waited_for(headers):
    assert answers({"type": "http", "headers": headers}, []) == [{"type": "echo", "body": b""}]


@pytest.mark.parametrize(("length", "limit"), [(100, "SMALL_SECONDS"), (10**6, "SILENCE_SECONDS")])
def test_silence_ends_with_408(monkeypatch, length, limit):
    monkeypatch.setattr(bodies, limit, 0.05)
    first, *_ = answers(post(length), [piece(b"a")])
    assert first["status"] == 408


def test_a_sender_who_leaves_is_not_answered():
    assert answers(post(100), [piece(b"a"), {"type": "http.disconnect"}]) == []


def test_more_files_than_may_come_in_at_once_are_refused(monkeypatch):
    monkeypatch.setattr(bodies, "FILES_AT_ONCE", 0)
    assert answers(post(10**6), [])[0]["status"] == 503


@given(st.integers(SMALL_BYTES + 1, 10**10), st.floats(0, 10**6))
def test_a_file_at_the_slowest_pace_is_always_waited_for(length, elapsed):
    at_pace = int(SLOWEST_BYTES_A_SECOND * elapsed)
    assert patience(length, received=at_pace, elapsed=elapsed) > 0


@given(st.integers(SMALL_BYTES + 1, 10**10), st.floats(2 * START_SECONDS + 1, 10**6))
def test_a_file_at_half_the_slowest_pace_is_given_up_after_a_while(length, elapsed):
    at_half_pace = int(SLOWEST_BYTES_A_SECOND * elapsed / 2)
    assert patience(length, received=at_half_pace, elapsed=elapsed) < 0


def test_drops_do_not_prolong_a_form(monkeypatch):
    monkeypatch.setattr(bodies, "SMALL_SECONDS", 0.2)

    async def drip():
        await asyncio.sleep(0.05)
        return piece(b"a")

    with pytest.raises(TimeoutError):
        asyncio.run(bodies.received(drip, into=io.BytesIO(), length=1000))


def test_an_answer_that_nobody_takes_is_not_made_to_its_end():
    scope, made = {}, []

    def application(environ, start_response):
        for number in range(1000):
            made.append(number)
            yield b"x"

    answer = bodies.ending_unread(application)({"asgi.scope": scope}, None)
    assert next(answer) == b"x"
    scope[bodies.UNREAD] = True
    assert list(answer) == []
    assert made == [0, 1]


def test_an_answer_that_nobody_takes_is_given_up(monkeypatch):
    monkeypatch.setattr(bodies, "UNREAD_SECONDS", 0.05)
    tried = []

    async def app(scope, receive, send):
        for number in range(1000):
            await send({"number": number})

    async def never(message):
        tried.append(message)
        await asyncio.sleep(60)

    asyncio.run(WholeBodies(app, most=lambda _: 0)({"type": "http", "headers": []}, bodies._nothing, never))
    assert tried == [{"number": 0}]
