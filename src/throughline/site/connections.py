"""Connections of the server: who connects has to ask for something soon."""

from __future__ import annotations

import asyncio
import resource

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

HEAD_SECONDS = 10.0
MOST_CONNECTIONS = 16_384


def make_room() -> None:
    """Let this process have as many connections as the system allows it, within reason."""
    now, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    within = MOST_CONNECTIONS if most == resource.RLIM_INFINITY else min(most, MOST_CONNECTIONS)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(now, within), most))


class PromptHeads(H11Protocol):
    """uvicorn's HTTP/1.1; it closes a connection on which no request's head is whole after ten seconds."""

    head_due: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._expect_head()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        # IDLE: of the next request not even the head is here.
        if self.conn.their_state is h11.IDLE:
            self._expect_head()
        else:
            self._stop_waiting()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_waiting()
        super().connection_lost(exc)

    def _expect_head(self) -> None:
        if self.head_due is None:
            self.head_due = self.loop.call_later(HEAD_SECONDS, self._close)

    def _stop_waiting(self) -> None:
        if self.head_due is not None:
            self.head_due.cancel()
            self.head_due = None

    def _close(self) -> None:
        self.transport.abort()
