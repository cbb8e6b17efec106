"""A mail server of this machine: as much of RFC 5321, 3207 and 4954 as sending needs."""

from __future__ import annotations

import base64
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default


@dataclass
class Mailbox:
    """What was received; `refuse` is a code that the next recipients are answered with.

    With `password` only whoever signs in by it is let in; `tried` holds what was signed in with.
    """

    port: int = 0
    received: list[EmailMessage] = field(default_factory=list)
    refuse: int = 0
    password: str = ""
    tried: list[str] = field(default_factory=list)
    calls: int = 0


@contextmanager
def receiving(
    *, starttls: ssl.SSLContext | None = None, tls: ssl.SSLContext | None = None
) -> Iterator[Mailbox]:
    """The server, until the block ends: TLS when it is asked for, or from the first byte, or never."""
    box = Mailbox()

    class Handler(socketserver.StreamRequestHandler):
        is_in = False

        def say(self, text: str) -> None:
            self.wfile.write(f"{text}\r\n".encode())

        def secure(self, context: ssl.SSLContext) -> None:
            self.request = context.wrap_socket(self.request, server_side=True)
            self.rfile, self.wfile = self.request.makefile("rb"), self.request.makefile("wb", buffering=0)

        def handle(self) -> None:
            box.calls += 1
            try:
                self._talk()
            except (ssl.SSLError, ConnectionError):
                # Whoever does not trust the certificate leaves.
                return

        def _talk(self) -> None:
            if tls is not None:
                self.secure(tls)
            self.say("220 here")
            while line := self.rfile.readline():
                word = line.split()[0].upper() if line.split() else b""
                if word == b"DATA":
                    self.say("354 go on")
                    self._read()
                    self.say("250 kept")
                elif word == b"EHLO":
                    self._offer()
                elif word == b"STARTTLS":
                    self.say("220 go on")
                    self.secure(starttls)
                elif word == b"AUTH":
                    self._sign_in(line)
                elif word == b"MAIL" and box.password and not self.is_in:
                    self.say("530 5.7.0 Authentication required")
                elif word == b"RCPT" and box.refuse:
                    self.say(f"{box.refuse} no such box")
                elif word == b"QUIT":
                    self.say("221 bye")
                    return
                else:
                    self.say("250 well")

        def _offer(self) -> None:
            self.say("250-here")
            is_safe = isinstance(self.request, ssl.SSLSocket)
            if starttls is not None and not is_safe:
                self.say("250-STARTTLS")
            if box.password and (is_safe or starttls is None):
                self.say("250-AUTH PLAIN")
            self.say("250 8BITMIME")

        def _sign_in(self, line: bytes) -> None:
            _, user, password = base64.b64decode(line.split()[2]).decode().split("\0")
            box.tried.append(f"{user} {password}")
            self.is_in = password == box.password
            self.say("235 well" if self.is_in else "535 5.7.8 authentication failed")

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
