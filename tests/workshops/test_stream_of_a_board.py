"""What the stream of a board tells while its notes are private."""

from __future__ import annotations

import asyncio

import pytest
from django.db import connection
from tests.live.test_live import Stream, cookie_of, driven
from tests.workshops.meeting import a_board, write

from throughline.workshops.models import Board


@pytest.mark.django_db(transaction=True)
def test_the_stream_names_what_changed_and_nothing_more(organisation):
    board = a_board(organisation)
    cookie = cookie_of(organisation.vera)

    async def story(streams) -> None:
        reader = Stream(streams, f"topic=board:{board.pk}&since=0", cookie)
        assert await reader.status() == 200
        assert (await reader.next_change())[1] == {"topic": f"board:{board.pk}", "what": "phase"}
        await asyncio.to_thread(_write_on_another_thread, board, organisation.mia)
        assert (await reader.next_change())[1] == {"topic": f"board:{board.pk}", "what": "notes"}
        await reader.leave()

    driven(story)


def _write_on_another_thread(board: Board, person) -> None:
    try:
        write(person, board, "quaggas hunted")
    finally:
        connection.close()
