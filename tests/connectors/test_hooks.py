"""Webhooks: who knows the secret has the tool read at once, and nothing else comes of it."""

from __future__ import annotations

import hashlib
import hmac
import re
from datetime import timedelta

import pytest
from tests.organisation import NOW

pytestmark = pytest.mark.django_db
BODY = b'{"webhookEvent": "jira:issue_updated", "issue": {"key": "SEC-1"}}'


@pytest.fixture
def connector():
    from throughline.connectors.models import Connector

    settings = {"deployment": "cloud", "address": "https://example.atlassian.net", "projects": ["SEC"]}
    return Connector.objects.create(name="t", kind="jira", settings=settings, made_by="test", made_at=NOW)


@pytest.fixture
def secret(connector) -> str:
    from throughline.connectors.hooks import new_secret

    return new_secret("test", connector, now=NOW)


def signed(secret: str, body: bytes = BODY) -> str:
    return f"sha256={hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()}"


def sent(client, connector, signature: str | None, body: bytes = BODY, **headers: str) -> int:
    if signature is not None:
        headers["X-Hub-Signature"] = signature
    address = f"/connectors/{connector.pk}/hook/"
    return client.post(address, body, content_type="application/json", headers=headers).status_code


def hurried(connector) -> bool:
    """Whether it was, since this was asked last."""
    from throughline.connectors.models import Connector

    return bool(Connector.objects.filter(pk=connector.pk, hurried_at__isnull=False).update(hurried_at=None))


def test_a_signed_event_has_the_tool_read_at_once_even_by_a_program_without_cookies(
    connector, secret, csrf_client
):
    from throughline.connectors.models import Connector
    from throughline.connectors.queries import is_due

    assert not is_due(connector, now=NOW)
    assert sent(csrf_client, connector, signed(secret), **{"X-Atlassian-Webhook-Identifier": "1"}) == 204
    assert is_due(Connector.objects.get(), now=NOW)


@pytest.fixture
def csrf_client():
    from django.test import Client

    return Client(enforce_csrf_checks=True)


def test_wrong_and_unknown_are_answered_alike(connector, secret, client):
    right = signed(secret)
    answers = [
        client.post(address, body, content_type="application/json", headers=headers)
        for address, body, headers in (
            (f"/connectors/{connector.pk}/hook/", BODY, {"X-Hub-Signature": signed("another")}),
            (f"/connectors/{connector.pk}/hook/", BODY + b" ", {"X-Hub-Signature": right}),
            (f"/connectors/{connector.pk}/hook/", BODY, {"X-Hub-Signature": right.upper()}),
            (f"/connectors/{connector.pk}/hook/", BODY, {"X-Hub-Signature": "sha256=é"}),
            (f"/connectors/{connector.pk}/hook/", BODY, {"X-Gitlab-Token": "another"}),
            (f"/connectors/{connector.pk}/hook/", BODY, {}),
            ("/connectors/987654/hook/", BODY, {"X-Hub-Signature": right}),
            (f"/connectors/{2**70}/hook/", BODY, {"X-Hub-Signature": right}),
        )
    ]
    assert {(each.status_code, each.content) for each in answers} == {(404, b"Not found.\n")}
    assert not hurried(connector)


def test_a_connector_without_a_secret_hears_nobody(connector, client):
    assert sent(client, connector, signed("")) == 404


def test_what_was_heard_is_not_heard_again_by_its_number_or_by_its_content(connector, secret, client):
    def said(number: str, body: bytes) -> bool:
        code = sent(
            client, connector, signed(secret, body), body, **{"X-Atlassian-Webhook-Identifier": number}
        )
        assert code == 204
        return hurried(connector)

    assert said("1", BODY)
    # Tried again, with another body under the same number; and the same body under another.
    assert not said("1", BODY)
    assert not said("1", b"{}")
    assert not said("2", BODY)
    assert said("3", b"")
    # A hook that leaves its body out is known by its number alone.
    assert said("4", b"")


def test_only_so_much_is_remembered(connector, secret, client, monkeypatch):
    from throughline.connectors import hooks
    from throughline.connectors.models import Heard

    monkeypatch.setattr(hooks, "MOST_REMEMBERED", 3)
    for number in range(8):
        sent(client, connector, signed(secret, b"%d" % number), b"%d" % number)
    assert Heard.objects.count() == 3


def test_more_than_a_form_is_not_received_from_a_stranger(connector, secret, client):
    body = b"x" * (64 * 1024 + 1)
    assert sent(client, connector, signed(secret, body), body) == 413


def test_github_and_gitlab_sign_in_their_own_ways(connector, secret, client):
    headers = {"X-Hub-Signature-256": signed(secret), "X-GitHub-Delivery": "72d3162e"}
    # Its plain header holds the weaker signature.
    assert sent(client, connector, "sha1=0a0b", **headers) == 204
    assert hurried(connector)
    assert sent(client, connector, None, b"{}", **{"X-Gitlab-Token": secret}) == 204
    assert hurried(connector)


def test_what_is_said_while_it_is_read_is_read_afterwards(connector, secret):
    from throughline.connectors.hooks import hear
    from throughline.connectors.models import Connector, Outcome, Sync
    from throughline.connectors.queries import is_due

    began = {"began_at": NOW, "beat_at": NOW, "actor": "test", "outcome": Outcome.DONE}
    Sync.objects.create(connector=connector, **began)
    assert hear(connector.pk, {"x-hub-signature": signed(secret)}, BODY, now=NOW + timedelta(seconds=5))
    assert is_due(Connector.objects.get(), now=NOW + timedelta(seconds=9))


def test_the_page_makes_a_secret_shows_it_once_and_replaces_it(connector, organisation, browser_of, client):
    from throughline.audit.models import Entry
    from throughline.outbound.models import Secret

    max = browser_of(organisation.max)
    address = f"/connectors/{connector.pk}/"
    assert "Until it has one, nothing is heard." in max.get(address).content.decode()

    def made() -> str:
        page = max.post(f"{address}hook/secret/")
        assert page["Cache-Control"] == "no-store"
        return re.search(r'id="hook-secret"[^>]*value="([^"]+)"', page.content.decode())[1]

    first, second = made(), made()
    assert first != second
    assert sent(client, connector, signed(first)) == 404
    assert sent(client, connector, signed(second)) == 204
    assert second not in max.get(address).content.decode()
    assert Secret.objects.count() == 1
    details = str(list(Entry.objects.filter(action="webhook secret made").values_list("detail", flat=True)))
    assert "replaced" in details
    assert second not in details


def test_a_kind_that_sends_none_has_no_secret(connector, organisation, browser_of):
    connector.kind = "tenable"
    connector.save()
    max = browser_of(organisation.max)
    assert max.post(f"/connectors/{connector.pk}/hook/secret/").status_code == 302
    assert not connector.credentials.exists()


def test_who_knocks_while_the_key_is_lost_learns_nothing_of_it(connector, secret, client, settings):
    from pathlib import Path

    Path(settings.THROUGHLINE_SECRET_KEY_FILE).unlink()
    assert sent(client, connector, signed(secret)) == 404
    assert not hurried(connector)
