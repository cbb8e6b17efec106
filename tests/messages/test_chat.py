"""Slack and Teams: forms that read no marks, sent by the guarded client, refusals as a sentence."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from tests.messages.house import a_key_result, corrected, hears, waiting
from tests.organisation import NOW

from throughline.audit.models import Entry
from throughline.messages import chat, setting
from throughline.messages.actions import send_trial, send_week_now
from throughline.messages.delivering import send_all
from throughline.messages.letters import Letter, Part, Words, line
from throughline.messages.models import Channel
from throughline.messages.setting import ChannelWish
from throughline.outbound.models import Secret

MARKED = "<!channel> *bold* [here](https://evil.example) & more"
LETTER = Letter(
    subject="Week 8",
    lead=line("See ", Words(MARKED, "/key-results/1/"), "."),
    parts=(Part("Needs you", (line(MARKED),)),),
    do=Words("Open", "/"),
)


def a_channel(organisation, loopback, path: str = "answer", **given) -> Channel:
    wish = ChannelWish(name="#security", address=f"{loopback.address}/{path}", **given)
    return setting.add_channel(organisation.max, wish, now=NOW - timedelta(days=1))


def test_slack_reads_no_mark_of_a_title():
    said = chat.slack(LETTER, origin="https://t.example")
    assert {block["type"] for block in said["blocks"]} == {"header", "rich_text"}
    link = said["blocks"][1]["elements"][0]["elements"][1]
    assert link == {"type": "link", "url": "https://t.example/key-results/1/", "text": MARKED}
    assert "mrkdwn" not in json.dumps(said["blocks"])
    assert "<!channel>" not in said["text"]


def test_teams_gets_one_card_without_marks():
    said = chat.teams(LETTER, origin="https://t.example")
    (card,) = (each["content"] for each in said["attachments"])
    assert said["attachments"][0]["contentType"] == "application/vnd.microsoft.card.adaptive"
    assert {part["type"] for part in card["body"]} == {"RichTextBlock"}
    run = card["body"][1]["inlines"][1]
    assert (run["text"], run["selectAction"]["url"]) == (MARKED, "https://t.example/key-results/1/")
    assert card["actions"][0]["url"] == "https://t.example/"


@pytest.mark.parametrize("service", ["slack", "teams"])
def test_the_week_of_a_person_arrives_in_her_chat(organisation, loopback, service):
    a_key_result("Mia")
    hears(organisation.mia, "digest", service=service, address=f"{loopback.address}/answer/T0")
    send_week_now(organisation.mia, now=NOW)
    assert send_all(now=NOW).sent == 1
    ((path, headers, body),) = loopback.asked
    assert path == "/answer/T0"
    assert headers["content-type"] == "application/json; charset=utf-8"
    assert "Fewer tickets" in body.decode()


def test_a_channel_hears_of_the_week_and_of_what_goes_off_track(organisation, loopback):
    a_channel(organisation, loopback, weekday=5, hour=12)
    key_result = a_key_result("Mia", value=60.0)
    send_all(now=NOW)
    later = NOW + timedelta(days=1)
    corrected(key_result, 89.0, now=later)
    send_all(now=later)
    assert [json.loads(body)["text"].splitlines()[0] for _, _, body in loopback.asked][1].startswith(
        "Fewer tickets"
    )
    assert [each.kind for each in waiting()] == ["digest", "off_track"]


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("answer", 500, "127.0.0.1 answered 500."),
        ("answer", 410, "127.0.0.1 says that this address is gone for good (410)."),
        (
            "elsewhere",
            200,
            "127.0.0.1 leads elsewhere (302), which is not followed: enter the address it leads to.",
        ),
    ],
)
def test_a_chat_that_takes_nothing_is_one_sentence_without_its_address(
    organisation, loopback, path, status, said
):
    channel = a_channel(organisation, loopback, path)
    loopback.statuses.append(status)
    send_trial(organisation.max, channel=channel, now=NOW)
    send_all(now=NOW)
    (message,) = waiting()
    assert message.error == said
    assert message.state == ("given_up" if status == 410 else "waiting")


def test_a_channel_is_set_changed_tried_and_removed_on_its_page(organisation, browser_of, loopback):
    browser = browser_of(organisation.max)
    wish = {"name": "#security", "service": "slack", "weekday": 0, "hour": 8, "zone": "UTC", "digest": "on"}
    assert b"Paste the address" in browser.post("/channels/", wish).content
    inside = browser.post("/channels/", {**wish, "address": "http://127.0.0.2/x"})
    assert b"without TLS" in inside.content
    made = browser.post("/channels/", {**wish, "address": f"{loopback.address}/answer/very-secret"})
    path = made["Location"]
    assert browser.post(path, {**wish, "name": "#all", "team": "Payments"}).status_code == 302
    channel = Channel.objects.get()
    assert (channel.name, channel.team.name, channel.off_track) == ("#all", "Payments", False)
    for page in (path, "/channels/"):
        content = browser.get(page).content
        assert b"#all" in content
        assert b"very-secret" not in content
    browser.post(f"{path}trial")
    (message,) = waiting()
    assert send_all(now=message.created_at).sent == 1
    assert browser.post(f"{path}remove").status_code == 302
    assert not Channel.objects.exists()
    assert not Secret.objects.exists()
    assert "very-secret" not in str(list(Entry.objects.values()))
