"""The server's log names what failed, and lets nobody in."""

from __future__ import annotations

import logging
import logging.config

import pytest
from django.conf import settings
from django.test import Client
from tests.accounts.test_sign_in import sign_in_clock

from throughline.accounts.actions import make_sign_in_link


@pytest.fixture
def lines(monkeypatch) -> list[str]:
    """What the server's own handler writes."""
    written: list[str] = []
    root = logging.getLogger()
    before = root.handlers[:]
    logging.config.dictConfig(settings.LOGGING)
    (handler,) = root.handlers
    monkeypatch.setattr(root, "handlers", [*before, handler])
    monkeypatch.setattr(handler, "emit", lambda record: written.append(handler.format(record)))
    return written


def test_a_refused_press_of_a_one_time_link_is_logged_without_its_token(organisation, lines):
    path = make_sign_in_link(organisation.mia, now=sign_in_clock())
    assert Client(enforce_csrf_checks=True).post(path).status_code == 403
    assert "Forbidden (CSRF cookie not set.): /sign-in/…" in lines[-1]
    assert path.strip("/").split("/")[-1] not in "".join(lines)


def test_a_failure_on_a_one_time_link_is_logged_without_its_token(organisation, lines, monkeypatch):
    path = make_sign_in_link(organisation.mia, now=sign_in_clock())

    def fail(token: str, **_):
        raise ValueError(f"no link at {path}")

    monkeypatch.setattr("throughline.accounts.sign_in.link_owner", fail)
    assert Client(raise_request_exception=False).get(path).status_code == 500
    assert "Internal Server Error: /sign-in/…" in lines[-1]
    assert "ValueError: no link at /sign-in/…" in lines[-1]
    assert path.strip("/").split("/")[-1] not in "".join(lines)


def test_other_addresses_are_logged_as_they_are(lines):
    logging.getLogger("django.request").error("Internal Server Error: %s", "/metrics/?page=2")
    assert lines[-1].endswith("Internal Server Error: /metrics/?page=2")
