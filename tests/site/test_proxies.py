"""A proxy that is not listed is named in the log, since nothing else shows that it is not believed."""

from __future__ import annotations

import pytest
from django.test import Client

HANDED_ON = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.7"}


@pytest.fixture
def secure(settings):
    settings.SECURE = True


@pytest.mark.django_db
def test_a_proxy_that_is_not_listed_is_named_once(secure, caplog):
    client = Client(REMOTE_ADDR="10.0.2.100")
    for _ in range(2):
        client.get("/healthz", headers=HANDED_ON)
    [said] = caplog.messages
    assert said.startswith(
        "A request over TLS was handed on by 10.0.2.100, which THROUGHLINE_PROXIES does not list"
    )
    assert "192.0.2.7" not in said


@pytest.mark.django_db
def test_strangers_cannot_fill_the_log_with_it(secure, caplog):
    client = Client()
    for number in range(9):
        client.get("/healthz", headers=HANDED_ON, REMOTE_ADDR=f"10.0.2.{number}")
    assert len(caplog.messages) == 3


@pytest.mark.django_db
def test_one_that_is_listed_is_not_and_neither_is_a_probe_that_comes_without_a_proxy(secure, caplog):
    client = Client()
    client.get("/healthz", headers=HANDED_ON, secure=True)
    client.get("/healthz")
    assert caplog.messages == []


@pytest.mark.django_db
def test_without_tls_nothing_is_expected_of_a_proxy(caplog):
    Client().get("/healthz", headers=HANDED_ON)
    assert caplog.messages == []
