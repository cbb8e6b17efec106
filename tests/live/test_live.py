"""What changed reaches who may know it, by name, once, and soon."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection, connections, transaction
from django.test import Client
from tests.api.programs import Program
from tests.organisation import NOW

from throughline.live.actions import announce
from throughline.live.bell import Bell
from throughline.live.models import Change
from throughline.live.streams import LiveStreams


def cookie_of(person) -> list[tuple[bytes, bytes]]:
    client = Client()
    client.force_login(person)
    key = client.cookies[settings.SESSION_COOKIE_NAME].value
    return [(b"cookie", f"{settings.SESSION_COOKIE_NAME}={key}".encode())]


class Stream:
    """One reader of the stream, without a socket between."""

    def __init__(self, streams: LiveStreams, query: str, headers) -> None:
        self.said: asyncio.Queue[dict] = asyncio.Queue()
        self.left = asyncio.Event()
        scope = {
            "type": "http",
            "method": "GET",
            "path": "/live/stream",
            "query_string": query.encode(),
            "headers": headers,
        }
        self.task = asyncio.create_task(streams(scope, self._receive, self.said.put))

    async def _receive(self) -> dict:
        await self.left.wait()
        return {"type": "http.disconnect"}

    async def status(self) -> int:
        return (await asyncio.wait_for(self.said.get(), 5))["status"]

    async def next_change(self, within: float = 5.0) -> tuple[int, dict]:
        """The id and the words of the next change; comments and the opening are passed over."""
        async with asyncio.timeout(within):
            while True:
                lines = dict(
                    line.split(": ", 1)
                    for line in (await self.said.get()).get("body", b"").decode().splitlines()
                    if ": " in line
                )
                if lines.get("event") == "change":
                    return int(lines["id"]), json.loads(lines["data"])

    async def leave(self) -> None:
        self.left.set()
        await asyncio.wait_for(self.task, 5)


def driven(story) -> None:
    """Run a story with the stream's application, and let its threads go."""

    async def told() -> None:
        streams = LiveStreams(_elsewhere, heartbeat=0.2, pause=0.01)
        try:
            await story(streams)
        finally:
            await streams._ask(lambda: connections.close_all())
            streams.executor.shutdown()

    asyncio.run(told())


async def _elsewhere(scope, receive, send) -> None:
    await send({"type": "http.response.start", "status": 299, "headers": []})


async def changed(topic: str, what: str) -> Change:
    return await asyncio.to_thread(_announced, topic, what)


def _announced(topic: str, what: str) -> Change:
    try:
        return announce(topic, what, now=NOW)
    finally:
        connection.close()


@pytest.mark.django_db(transaction=True)
def test_a_change_reaches_who_follows_its_topic_and_nobody_else(organisation):
    mia, max_ = organisation.mia, organisation.max

    async def story(streams):
        hers = Stream(streams, f"topic=person:{mia.pk}", cookies[0])
        his = Stream(streams, f"topic=person:{max_.pk}", cookies[1])
        assert (await hers.status(), await his.status()) == (200, 200)
        await hers.said.get()
        made = await changed(f"person:{mia.pk}", "waiting")
        assert await hers.next_change() == (made.pk, {"topic": f"person:{mia.pk}", "what": "waiting"})
        with pytest.raises(TimeoutError):
            await his.next_change(within=0.3)
        await hers.leave()
        await his.leave()

    cookies = [cookie_of(mia), cookie_of(max_)]
    driven(story)


@pytest.mark.django_db(transaction=True)
def test_who_comes_back_is_told_what_came_meanwhile_once(organisation):
    topic = f"person:{organisation.mia.pk}"
    known, missed = announce(topic, "waiting", now=NOW), announce(topic, "answers", now=NOW)
    headers = cookie_of(organisation.mia)

    async def story(streams):
        # A browser that reconnects names the last event, whatever its address says.
        back = Stream(
            streams, f"topic={topic}&since=0", [*headers, (b"last-event-id", str(known.pk).encode())]
        )
        assert await back.status() == 200
        assert (await back.next_change())[0] == missed.pk
        with pytest.raises(TimeoutError):
            await back.next_change(within=0.4)
        await back.leave()

    driven(story)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("query", "who", "status"),
    [
        ("topic=person:{mia}", "max", 404),
        ("topic=person:{mia}", None, 401),
        ("topic=gossip:1", "mia", 404),
        ("topic=person:x", "mia", 404),
        ("topic=person:{mia}&topic=person:{max}", "mia", 404),
        ("", "mia", 400),
        ("topic=person:{mia}&since=yesterday", "mia", 400),
        ("&".join(f"topic=person:{i}" for i in range(60)), "mia", 400),
    ],
)
def test_nobody_follows_what_she_may_not_see(organisation, query, who, status):
    headers = cookie_of(getattr(organisation, who)) if who else []
    asked = query.format(mia=organisation.mia.pk, max=organisation.max.pk)

    async def story(streams):
        refused = Stream(streams, asked, headers)
        assert await refused.status() == status
        await asyncio.wait_for(refused.task, 5)

    driven(story)


@pytest.mark.django_db(transaction=True)
def test_a_token_of_the_api_opens_no_stream(organisation):
    # It may be one that only writes, and no scope says what a stream tells.
    named = Program(organisation.mia, ["series:write"]).headers["authorization"].encode()

    async def story(streams):
        stream = Stream(streams, f"topic=person:{organisation.mia.pk}", [(b"authorization", named)])
        assert await stream.status() == 401
        await stream.leave()

    driven(story)


@pytest.mark.django_db(transaction=True)
def test_a_stream_ends_when_its_reader_is_let_in_no_more(organisation):
    mia = organisation.mia
    headers = cookie_of(mia)

    def shut_out() -> None:
        type(mia).objects.filter(pk=mia.pk).update(is_active=False)
        connection.close()

    async def story(streams):
        hers = Stream(streams, f"topic=person:{mia.pk}", headers)
        assert await hers.status() == 200
        await asyncio.to_thread(shut_out)
        await asyncio.wait_for(hers.task, 5)
        assert streams.open.total() == 0

    driven(story)


@pytest.mark.django_db(transaction=True)
def test_a_person_opens_only_so_many_streams(organisation, monkeypatch):
    monkeypatch.setattr("throughline.live.streams.MOST_STREAMS_EACH", 1)
    headers = cookie_of(organisation.mia)
    topic = f"topic=person:{organisation.mia.pk}"

    async def story(streams):
        first = Stream(streams, topic, headers)
        assert await first.status() == 200
        second = Stream(streams, topic, headers)
        assert await second.status() == 503
        await first.leave()
        third = Stream(streams, topic, headers)
        assert await third.status() == 200
        await third.leave()

    driven(story)


def test_other_addresses_go_on_to_the_pages():
    said = []

    async def story():
        async def send(message):
            said.append(message["status"])

        streams = LiveStreams(_elsewhere)
        await streams({"type": "http", "path": "/", "method": "GET", "headers": []}, None, send)
        scope = {"type": "http", "path": "/live/stream", "method": "POST", "headers": []}
        with pytest.raises(KeyError):
            await streams(scope, None, send)

    asyncio.run(story())
    assert said == [299, 405]


def test_the_bell_wakes_everybody_with_one_look():
    looks = 0

    async def newest() -> int:
        nonlocal looks
        looks += 1
        return 7 if looks == 3 else 0

    async def story():
        bell = Bell(newest, pause=0.01)
        waiting = [bell.rung(since=0, within=2) for _ in range(50)]
        assert all(await asyncio.gather(*waiting))
        assert await bell.rung(since=7, within=0.05) is False
        assert await bell.rung(since=6, within=0.05) is True

    asyncio.run(story())
    assert looks < 12


def test_a_change_that_is_taken_back_is_not_told(db):
    with transaction.atomic():
        announce("room:1", "answers", now=NOW)
        transaction.set_rollback(True)
    assert not Change.objects.exists()


def test_changes_are_kept_for_a_day(db):
    for day in range(3):
        old = announce("room:1", "answers", now=NOW - timedelta(days=3 - day))
    while announce("room:1", "answers", now=NOW).pk % 200:
        pass
    assert not Change.objects.filter(at__lt=NOW - timedelta(days=1)).exists()
    assert not Change.objects.filter(pk=old.pk - 2).exists()


def test_the_same_changes_are_asked_for_without_a_stream(organisation, browser_of):
    mia = browser_of(organisation.mia)
    asked = {"topic": f"person:{organisation.mia.pk}"}
    first = mia.get("/live.json", asked).json()
    assert first["changes"] == []
    made = announce(asked["topic"], "waiting", now=NOW)
    second = mia.get("/live.json", asked | {"since": first["last"]}).json()
    assert second == {
        "last": made.pk,
        "changes": [{"id": made.pk, "topic": asked["topic"], "what": "waiting"}],
    }
    assert browser_of(organisation.max).get("/live.json", asked).status_code == 404
    assert mia.get("/live.json").status_code == 400
