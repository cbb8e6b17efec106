"""What the soak calls a fault: an answer that is an error, a server that is gone, memory that grows."""

from __future__ import annotations

import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from types import SimpleNamespace

import pytest
from bench.soak.__main__ import Soak
from bench.soak.house import Client


@pytest.mark.parametrize(
    ("memory", "faults"),
    [
        ([100.0] * 10 + [150.0] * 30, 0),
        ([150.0] * 20 + [160.0] * 20, 0),
        ([150.0] * 20 + [150.0] * 10 + [260.0] * 10, 1),
        ([20.0] * 30 + [50.0] * 10, 0),
    ],
)
def test_memory_that_grows_after_warming_up_is_a_fault(tmp_path, memory, faults, capsys):
    soak = Soak(tmp_path, 1)
    soak.memory = memory
    soak._weighed()
    assert len(soak.faults) == faults
    assert "memory: " in capsys.readouterr().out


class Broken(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_error(500 if self.path == "/broken" else 200)

    def do_POST(self) -> None:
        self.send_error(409)

    def log_message(self, *said: object) -> None:
        pass


def test_an_answer_that_is_an_error_and_a_server_that_is_gone_are_faults():
    server = HTTPServer(("127.0.0.1", 0), Broken)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    house = SimpleNamespace(address=f"http://127.0.0.1:{server.server_port}", was_down=lambda since: False)
    client = Client.__new__(Client)
    client.__dict__.update(house=house, answers=0, lost=0, faults=[], _token="", _opener=_plain())
    client.get("/broken")
    assert client.post("/undo", {}, allowed=(409,)) is None
    assert client.faults == ["/broken answered 500"]
    server.shutdown()
    server.server_close()
    client.get("/")
    assert client.faults[1].startswith("/ was not answered")
    house.was_down = lambda since: since <= time.monotonic()
    client.get("/")
    assert (len(client.faults), client.lost) == (2, 2)


def _plain():
    from urllib.request import build_opener

    return build_opener()
