"""A mail server of this machine: as much of RFC 5321 as sending needs."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default


@dataclass
class Mailbox:
    """What was received; `refuse` is a code that the next recipients are answered with."""

    port: int = 0
    received: list[EmailMessage] = field(default_factory=list)
    refuse: int = 0


@contextmanager
def receiving() -> Iterator[Mailbox]:
    """The server, until the block ends."""
    box = Mailbox()

    class Handler(socketserver.StreamRequestHandler):
        def say(self, text: str) -> None:
            self.wfile.write(f"{text}\r\n".encode())

        def handle(self) -> None:
            self.say("220 here")
            while line := self.rfile.readline():
                word = line.split()[0].upper() if line.split() else b""
                if word == b"DATA":
                    self.say("354 go on")
                    self._read()
                    self.say("250 kept")
                elif word == b"RCPT" and box.refuse:
                    self.say(f"{box.refuse} no such box")
                elif word == b"QUIT":
                    self.say("221 bye")
                    return
                else:
                    self.say("250 well")

        def _read(self) -> None:
            lines = []
            while (line := self.rfile.readline()) != b".\r\n":
                lines.append(line[1:] if line.startswith(b"..") else line)
            box.received.append(message_from_bytes(b"".join(lines), policy=default))

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        box.port = server.server_address[1]
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        yield box
        server.shutdown()
