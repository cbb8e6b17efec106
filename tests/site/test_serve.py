"""The server as its owner starts and stops it: real processes on real ports."""

from __future__ import annotations

import gc
import http.client
import json
import signal
import socket
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.homes import ready

from throughline.engine.refusals import Refused
from throughline.site import server


def start(home: Path, *arguments: str) -> tuple[subprocess.Popen, dict]:
    command = [sys.executable, "-m", "throughline.cli", "serve", "--home", str(home), "--json", *arguments]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    said = []
    while not said or said[-1] != "}\n":
        line = process.stdout.readline()
        assert line, process.stderr.read()
        said.append(line)
    return process, json.loads("".join(said))


def ask(address: str, path: str) -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection("127.0.0.1", int(address.rsplit(":", 1)[1]), timeout=10)
    connection.request("GET", path)
    return connection.getresponse()


def stop(process: subprocess.Popen, how: signal.Signals = signal.SIGINT) -> int:
    process.send_signal(how)
    return process.wait(timeout=30)


@dataclass(frozen=True, slots=True)
class First:
    """A folder as its first server left it, and what that server said."""

    home: Path
    healthy: bytes
    ready: bytes
    welcome: bytes
    server: str | None
    code: int


@pytest.fixture(scope="module")
def first(tmp_path_factory) -> First:
    """An empty folder into which anybody may look, served once: making its tables takes seconds."""
    home = tmp_path_factory.mktemp("empty")
    home.chmod(0o755)
    process, said = start(home, "--port", "0")
    try:
        healthy, ready = (ask(said["address"], path).read() for path in ("/healthz", "/readyz"))
        link = ask(said["address"], said["sign_in_link"].removeprefix(said["address"]))
        welcome, server = link.read(), link.getheader("Server")
    finally:
        code = stop(process)
    return First(home, healthy, ready, welcome, server, code)


def test_an_empty_folder_is_served_with_a_link_for_the_first_administrator(first):
    assert first.healthy == first.ready == b"ok\n"
    assert b"Welcome, Administrator" in first.welcome
    assert first.server is None
    assert first.code == 0


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_a_stopped_server_leaves_no_word_of_complaint(tmp_path, how):
    process, _ = start(ready(tmp_path), "--port", "0")
    stop(process, how)
    assert "Traceback" not in process.stderr.read()


def test_a_port_in_use_is_said_in_one_sentence(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        command = [sys.executable, "-m", "throughline.cli", "serve", "--home", str(ready(tmp_path))]
        answer = subprocess.run([*command, "--port", str(port)], capture_output=True, text=True)
    assert answer.returncode == 2
    assert answer.stderr == (
        f"Error: Port {port} is in use, perhaps by another Throughline. "
        f"Choose another one: --port {port + 1}.\n"
    )


def test_a_second_server_of_one_folder_says_that_there_is_a_first(tmp_path):
    first, said = start(ready(tmp_path), "--port", "0")
    second, _ = start(tmp_path, "--port", "0")
    stop(second)
    stop(first)
    third, _ = start(tmp_path, "--port", "0")
    stop(third)
    assert second.stderr.read().startswith(
        f"Another server serves this folder already, at {said['address']}: "
        "both work on the same data, and new sign-in links name this one.\n"
    )
    assert "Another" not in first.stderr.read() + third.stderr.read()


def test_the_next_free_port_is_found_where_that_was_asked_for():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with server.bind("127.0.0.1", port, tries=20) as found:
            assert port < found.getsockname()[1] < port + 20


def test_an_address_that_is_not_of_this_machine_is_refused():
    with pytest.raises(Refused, match=r"Cannot listen on 192\.0\.2\.1"):
        server.bind("192.0.2.1", 8000)


def test_a_new_link_names_where_the_folder_was_served_last(tmp_path, monkeypatch):
    monkeypatch.delenv("THROUGHLINE_ORIGINS", raising=False)
    server.remember_address(tmp_path, "http://localhost:8123")
    assert server.known_address(tmp_path) == "http://localhost:8123"
    monkeypatch.setenv("THROUGHLINE_ORIGINS", "https://throughline.example.org")
    assert server.known_address(tmp_path) == "https://throughline.example.org"


def test_the_folder_and_its_key_are_for_their_owner_alone(first):
    assert oct(first.home.stat().st_mode & 0o777) == "0o700"
    assert oct((first.home / "secret.key").stat().st_mode & 0o777) == "0o600"


def test_what_the_pages_are_made_with_is_walked_by_no_collector_once_it_is_loaded():
    try:
        server.settle()
        loaded = gc.get_freeze_count()
    finally:
        gc.unfreeze()
    assert loaded > len(sys.modules)
