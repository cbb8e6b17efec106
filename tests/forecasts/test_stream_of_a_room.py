"""What the stream of a room tells while its numbers are private."""

from __future__ import annotations

import asyncio

import pytest
from django.db import connection
from tests.forecasts.rooms import a_room, give
from tests.live.test_live import Stream, cookie_of, driven

from throughline.forecasts.models import Room


@pytest.mark.django_db(transaction=True)
def test_the_stream_names_what_changed_and_nothing_more(organisation):
    room = a_room(organisation)
    cookie = cookie_of(organisation.vera)

    async def story(streams) -> None:
        reader = Stream(streams, f"topic=room:{room.pk}&since=0", cookie)
        assert await reader.status() == 200
        assert (await reader.next_change())[1] == {"topic": f"room:{room.pk}", "what": "round"}
        await asyncio.to_thread(_give_on_another_thread, room, organisation.mia)
        assert (await reader.next_change())[1] == {"topic": f"room:{room.pk}", "what": "answers"}
        await reader.leave()

    driven(story)


def _give_on_another_thread(room: Room, person) -> None:
    try:
        give(room, person, 0.3719, loss=(1_234_567.0, 7_654_321.0), rationale="quaggas")
    finally:
        connection.close()
