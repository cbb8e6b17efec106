"""A tool of this machine that fakes are made of: a server that answers by a function, and remembers."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


@dataclass
class Asked:
    """One request as the fake sees it."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    content: bytes

    @property
    def body(self) -> Any:
        return json.loads(self.content)


@dataclass
class Answered:
    """What a fake answers: JSON, unless `content` is given; with status 0 the connection breaks."""

    said: Any = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    content: bytes | None = None


class Broken(AssertionError):
    """A request that the tool's own documentation does not allow."""


@dataclass
class Tool:
    """A running fake. `next` are answers that come first, whatever is asked; `wrong` the broken ones."""

    port: int
    answer: Callable[[Asked], Answered]
    asked: list[Asked] = field(default_factory=list)
    next: list[Answered] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    connections: int = 0

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def served(answer: Callable[[Asked], Answered]) -> Iterator[Tool]:
    """The fake, until the block ends; a request that breaks the schema answers 400 and is in `wrong`."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler())
    server.daemon_threads = True
    tool = server.tool = Tool(server.server_port, answer)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield tool
    finally:
        server.shutdown()
        server.server_close()


def _handler() -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        # Connections are kept, as real tools keep them.
        protocol_version = "HTTP/1.1"
        # Headers and body are two writes: without this the second waits for an acknowledgement.
        disable_nagle_algorithm = True

        def setup(self) -> None:
            super().setup()
            self.server.tool.connections += 1

        def do_GET(self) -> None:
            tool = self.server.tool
            url = urlsplit(self.path)
            query = {name: values[-1] for name, values in parse_qs(url.query, keep_blank_values=True).items()}
            headers = {name.lower(): value for name, value in self.headers.items()}
            size = int(self.headers.get("content-length", 0))
            content = self.rfile.read(size)
            if len(content) < size:
                # Whoever asked was killed on the way.
                self.close_connection = True
                return
            asked = Asked(self.command, url.path, query, headers, content)
            tool.asked.append(asked)
            try:
                found = tool.next.pop(0) if tool.next else tool.answer(asked)
            except Broken as broken:
                tool.wrong.append(f"{asked.method} {asked.path}: {broken}")
                found = Answered({"errorMessages": [str(broken)]}, 400)
            self._say(found)

        do_POST = do_PUT = do_DELETE = do_GET

        def _say(self, found: Answered) -> None:
            if not found.status:
                # A network that breaks: the connection ends without a word.
                self.close_connection = True
                return
            is_json = found.content is None
            content = json.dumps(found.said).encode() if is_json else found.content
            self.send_response(found.status)
            for name, value in found.headers.items():
                self.send_header(name, value)
            if "content-type" not in {name.lower() for name in found.headers}:
                self.send_header("content-type", "application/json" if is_json else "text/html")
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *args: object) -> None:
            pass

    return Handler
