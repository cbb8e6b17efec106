"""Webhooks: told in the transaction of what happened, signed, tried again, and no more than a viewer sees."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import transaction
from tests.forecasts.rooms import revealed
from tests.messages.house import a_key_result, corrected, waiting
from tests.organisation import NOW

from throughline.accounts.models import Team
from throughline.audit.models import Entry
from throughline.engine.refusals import Refused
from throughline.messages import events, setting
from throughline.messages.delivering import DISABLED_AFTER, send_all
from throughline.messages.models import Message, Subscription
from throughline.messages.setting import WebhookWish
from throughline.outbound import secrets
from throughline.outbound.models import Secret

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "webhooks.md"
PLAIN = tuple(event for event in events.EVENTS if event not in events.OF_A_TEAM)


def a_webhook(
    organisation, loopback, *wanted: str, path: str = "answer", **given
) -> tuple[Subscription, str]:
    wish = WebhookWish(name="Flow", address=f"{loopback.address}/{path}", events=wanted or PLAIN, **given)
    return setting.add_webhook(organisation.max, wish, now=NOW)


def told(loopback) -> list[dict]:
    return [json.loads(body) for _, _, body in loopback.asked]


def test_a_receiver_that_knows_the_key_can_tell_that_it_comes_from_here(organisation, loopback):
    found, key = a_webhook(organisation, loopback)
    setting.try_webhook(organisation.max, found, now=NOW)
    send_all(now=NOW)
    ((_, headers, body),) = loopback.asked
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    digest = hmac.new(base64.b64decode(key.removeprefix("whsec_")), signed, hashlib.sha256).digest()
    assert headers["webhook-signature"] == "v1," + base64.b64encode(digest).decode()
    assert headers["webhook-timestamp"] == str(int(NOW.timestamp()))
    document = json.loads(body)
    assert document["id"] == headers["webhook-id"]
    assert (document["type"], document["timestamp"]) == ("trial", "2026-11-21T12:00:00Z")


def test_a_revealed_room_is_told_with_the_panels_number_and_nobodys_own(organisation, loopback):
    a_webhook(organisation, loopback, events.ROOM_REVEALED)
    room = revealed(organisation, 0.11, 0.23, 0.31, 0.47)
    send_all(now=NOW + timedelta(hours=2))
    (document,) = told(loopback)
    data = document["data"]
    assert (data["room"]["id"], data["round"], data["answers"]) == (room.pk, 1, 4)
    assert data["probability"] == room.rounds.get().result["probability"]["headline"]
    assert data["room"]["address"] == f"https://throughline.example.org/rooms/{room.pk}/"
    assert not {"0.11", "0.23", "0.31", "0.47", "Mia"} & set(json.dumps(data).replace(",", " ").split())


def test_a_published_plan_and_an_import_are_told(organisation, loopback):
    from tests.rules.objects import _cycle, _import

    from throughline.cycles.actions import _snapshot
    from throughline.objectives.models import Cycle

    a_webhook(organisation, loopback)
    _import()
    cycle = Cycle.objects.get(key=_cycle())
    _snapshot("test", cycle, {"key": cycle.key}, now=NOW)
    send_all(now=NOW)
    by_type = {each["type"]: each["data"] for each in told(loopback)}
    assert by_type["cycle.published"]["cycle"]["state"] == "draft"
    # A plain viewer sees neither the source nor how much it found.
    assert set(by_type["import.finished"]["import"]) == {"id", "known_at", "complete", "address"}


def test_a_changed_status_is_told_once_from_then_on(organisation, loopback):
    a_webhook(organisation, loopback, events.STATUS_CHANGED)
    key_result = a_key_result(value=60.0)
    later = NOW + timedelta(days=1)
    send_all(now=NOW)
    corrected(key_result, 89.0, now=later)
    for _ in range(2):
        send_all(now=later)
    (document,) = told(loopback)
    data = document["data"]
    assert (data["status"], data["key_result"]["id"]) == ("off_track", key_result.pk)
    assert data["before"] != "off_track"


def test_what_is_undone_was_never_told(organisation, loopback):
    a_webhook(organisation, loopback)
    with transaction.atomic():
        assert events.happened(events.ROOM_REVEALED, lambda origin: {}, now=NOW) == 1
        transaction.set_rollback(True)
    assert waiting() == []


def test_vulnerabilities_are_counted_of_the_team_and_nobody_elses(organisation, loopback):
    from tests.rules.objects import _vulnerability

    from throughline.vulnerabilities.models import Service

    payments, search = (Team.objects.get(name=name) for name in ("Payments", "Search"))
    with pytest.raises(Refused, match="choose a team"):
        a_webhook(organisation, loopback, *events.OF_A_TEAM)
    a_webhook(organisation, loopback, *events.OF_A_TEAM, team=payments, path="answer/ours")
    a_webhook(organisation, loopback, *events.OF_A_TEAM, team=search, path="answer/theirs")
    _vulnerability(Service.objects.create(name="checkout", team=payments), payments)
    for _ in range(2):
        send_all(now=NOW)
    ((path, _, body),) = loopback.asked
    assert path == "/answer/ours"
    document = json.loads(body)
    assert document["type"] == "vulnerability.identified"
    assert document["data"] == {"team": "Payments", "total": 1, "by_severity": {"high": 1}}


def test_a_receiver_that_is_away_for_days_is_told_nothing_any_more(organisation, loopback):
    found, _ = a_webhook(organisation, loopback)
    setting.try_webhook(organisation.max, found, now=NOW)
    now = NOW
    while Subscription.objects.get().disabled_at is None:
        loopback.statuses = [503]
        send_all(now=now)
        now = Message.objects.get().due
        assert now < NOW + timedelta(days=5)
    found.refresh_from_db()
    assert found.disabled_at - NOW >= DISABLED_AFTER
    assert "127.0.0.1 answered 503" in found.disabled_why
    assert Entry.objects.filter(action="webhook switched off").exists()
    assert events.happened(events.ROOM_REVEALED, lambda origin: {}, now=now) == 0
    send_all(now=now)
    assert Message.objects.get().state == "given_up"


def test_a_host_that_gives_no_answer_is_asked_once_a_round_and_every_message_waits(organisation, loopback):
    found, _ = a_webhook(organisation, loopback, path="silent")
    for _ in range(3):
        setting.try_webhook(organisation.max, found, now=NOW)
    assert send_all(now=NOW).failed == 3
    assert len(loopback.asked) == 1
    assert {(each.state, each.tries) for each in Message.objects.all()} == {("waiting", 1)}
    [error] = {each.error for each in Message.objects.all()}
    assert error.startswith("127.0.0.1 ")
    # The next round asks again.
    send_all(now=NOW + timedelta(minutes=1))
    assert len(loopback.asked) == 2


def test_one_failure_is_forgotten_when_the_next_arrives(organisation, loopback, browser_of):
    found, _ = a_webhook(organisation, loopback)
    loopback.statuses = [500]
    setting.try_webhook(organisation.max, found, now=NOW)
    send_all(now=NOW)
    assert Subscription.objects.get().failing_since == NOW
    page = browser_of(organisation.max).get(f"/webhooks/{found.pk}/").content.decode()
    assert "Nothing has arrived yet: the first was refused on" in page
    send_all(now=NOW + timedelta(minutes=1))
    assert Subscription.objects.get().failing_since is None
    first, second = loopback.asked
    assert first[1]["webhook-id"] == second[1]["webhook-id"]


def test_the_page_shows_the_key_once_and_deliveries_that_can_be_sent_again(
    organisation, browser_of, loopback
):
    browser = browser_of(organisation.max)
    wish = {"name": "Flow", "events": ["room.revealed"], "address": f"{loopback.address}/answer/very-secret"}
    assert b"Choose at least one" in browser.post("/webhooks/", {**wish, "events": []}).content
    made = browser.post("/webhooks/", wish)
    found = Subscription.objects.get()
    key = secrets.read(found.key)
    assert key in made.content.decode()
    path = f"/webhooks/{found.pk}/"
    browser.post(f"{path}trial")
    now = Message.objects.get().created_at
    send_all(now=now)
    page = browser.get(path).content.decode()
    assert "Send again" in page
    assert key not in page
    assert "very-secret" not in page
    assert browser.post(f"/deliveries/{Message.objects.get().pk}/again").status_code == 302
    send_all(now=now + timedelta(hours=1))
    assert [each[1]["webhook-id"] for each in loopback.asked] == [Message.objects.get().handle] * 2
    listed = browser.get("/webhooks/").content.decode().partition("<table")[2].partition("</table>")[0]
    assert "A forecast room shows its numbers" in listed
    document = browser.get(f"/webhooks/{found.pk}.json").json()
    assert [each["state"] for each in document["deliveries"]] == ["sent"]
    changed = browser.post(f"{path}key").content.decode()
    found.refresh_from_db()
    assert secrets.read(found.key) != key
    assert secrets.read(found.key) in changed
    browser.post(f"{path}switch")
    assert b"Switched off" in browser.get(path).content
    browser.post(f"{path}switch")
    assert Subscription.objects.get().disabled_at is None
    told_of = str(list(Entry.objects.values()))
    assert key not in told_of
    assert "very-secret" not in told_of
    browser.post(f"{path}remove")
    assert not Secret.objects.exists()
    assert not Message.objects.exists()


def test_the_documents_own_example_tells_what_comes_from_here(organisation, loopback):
    (example,) = re.findall(r"^```python\n(.*?)^```", DOCUMENT.read_text(), re.M | re.S)
    told_apart: dict = {}
    exec(example, told_apart)
    is_ours = told_apart["is_from_throughline"]
    found, key = a_webhook(organisation, loopback)
    setting.try_webhook(organisation.max, found, now=NOW)
    send_all(now=NOW)
    ((_, headers, body),) = loopback.asked
    at = NOW.timestamp()
    assert is_ours(headers, body, key, now=at)
    assert not is_ours(headers, body + b" ", key, now=at)
    assert not is_ours(headers, body, setting.change_key(organisation.max, found, now=NOW), now=at)
    assert not is_ours(headers, body, key, now=at + 301)


def test_the_document_names_every_event():
    named = set(re.findall(r"^\| `([a-z_.]+)` \|", DOCUMENT.read_text(), re.M))
    assert named == {*events.EVENTS, events.TRIAL}
