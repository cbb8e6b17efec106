"""A server of this machine that records what it is asked and answers as its path says."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Loopback:
    """What was asked, in order, and the status that comes next (200 where none is left)."""

    port: int
    asked: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def served(context: ssl.SSLContext | None = None) -> Iterator[Loopback]:
    """The server, until the block ends."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler())
    if context:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    server.daemon_threads = True
    loopback = server.loopback = Loopback(server.server_port)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield loopback
    finally:
        server.shutdown()
        server.server_close()


def _handler() -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            loopback = self.server.loopback
            loopback.asked.append((self.path, headers, body))
            getattr(self, f"_{self.path.strip('/').split('/')[0]}", self._answer)()

        do_GET = do_POST

        def _answer(self) -> None:
            statuses = self.server.loopback.statuses
            self.send_response(statuses.pop(0) if statuses else 200)
            self.end_headers()
            self.wfile.write(b"ok")

        def _elsewhere(self) -> None:
            self.send_response(302)
            self.send_header("Location", f"{self.server.loopback.address}/answer")
            self.end_headers()

        def _huge(self) -> None:
            self.send_response(200)
            self.end_headers()
            try:
                for _ in range(4096):
                    self.wfile.write(b"x" * 4096)
            except OSError:
                return

        def _drip(self) -> None:
            # Each byte arrives well within any timeout; the answer never ends.
            self.send_response(200)
            self.end_headers()
            try:
                while True:
                    self.wfile.write(b"x")
                    time.sleep(0.02)
            except OSError:
                return

        def _silent(self) -> None:
            self.connection.shutdown(socket.SHUT_RDWR)

        def log_message(self, *args: object) -> None:
            pass

    return Handler
