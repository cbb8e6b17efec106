"""Bodies larger than they may be are refused before they are read."""

from __future__ import annotations

import socket

from django.test import Client, override_settings
from tests.homes import ready
from tests.site.test_serve import start, stop

from throughline.site.limits import STRANGERS_BYTES


class Untouchable:
    """A request body that fails the test when anybody reads it."""

    def read(self, *_args):
        raise AssertionError("the body was read")

    readline = read


def post_of(client: Client, address: str, length: int):
    return client.generic(
        "POST", address, b"", **{"wsgi.input": Untouchable(), "CONTENT_LENGTH": str(length)}
    )


def test_a_stranger_cannot_send_more_than_a_form(db):
    answer = post_of(Client(), "/sign-in/", STRANGERS_BYTES + 1)
    assert answer.status_code == 413
    assert b"64 KB" in answer.content


def test_a_stranger_cannot_send_anything_to_a_page_behind_the_door(db):
    assert post_of(Client(enforce_csrf_checks=True), "/people/invite/", 1000).status_code == 302


@override_settings(THROUGHLINE_MAX_UPLOAD_BYTES=10 * 1024 * 1024)
def test_nobody_can_send_more_than_the_setting(organisation, browser_of):
    browser = browser_of(organisation.ada, enforce_csrf_checks=True)
    answer = post_of(browser, "/people/invite/", 10 * 1024 * 1024 + 1)
    assert answer.status_code == 413
    assert b"10 MB" in answer.content


def test_a_length_that_is_no_number_is_no_way_around(organisation, browser_of):
    answer = browser_of(organisation.ada).generic("POST", "/account/", b"name=", CONTENT_LENGTH="-1")
    assert answer.status_code in {200, 400}


def test_the_server_answers_before_the_body_has_come(tmp_path):
    process, said = start(ready(tmp_path), "--port", "0")
    try:
        port = int(said["address"].rsplit(":", 1)[1])
        with socket.create_connection(("127.0.0.1", port), timeout=10) as stranger:
            stranger.sendall(
                b"POST /sign-in/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9999999999\r\n"
                b"Content-Type: multipart/form-data; boundary=x\r\n\r\n--x\r\n"
            )
            assert stranger.recv(100).startswith(b"HTTP/1.1 413")
    finally:
        stop(process)
