"""Mail: two parts that say the same, nothing loaded from anywhere, and what the server says as a sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from django.core import mail as sent_mail
from django.db import connection
from tests import clocks
from tests.messages.house import a_key_result, hears, waiting
from tests.organisation import NOW

from throughline.accounts.models import SignInLink, User
from throughline.engine.refusals import Refused
from throughline.messages import mail as by_mail
from throughline.messages.actions import invite, send_week_now
from throughline.messages.delivering import send_all
from throughline.messages.letters import Letter, Part, Words, line

HOSTILE = Letter(
    subject='Fix <b>it</b>\r\nBcc: all@example.org "\u202e',
    lead=line("a < b & ", Words("<script>alert(1)</script>", "/a?b=1&c=2"), ". end"),
    parts=(Part("One", (line("<img src=https://evil.example/x.png>"),)),),
    why="Because.",
)


def test_a_real_server_gets_text_and_html_with_one_click_to_stop(organisation, mailbox):
    a_key_result("Mia", title="Fewer ‹tickets› & <b>less</b>")
    hears(organisation.mia, "digest")
    send_week_now(organisation.mia, now=NOW)
    assert send_all(now=NOW).sent == 1
    (letter,) = mailbox.received
    text, html = (part.get_content() for part in letter.iter_parts())
    assert [part.get_content_type() for part in letter.iter_parts()] == ["text/plain", "text/html"]
    assert letter["to"] == "mia@example.org"
    assert letter["auto-submitted"] == "auto-generated"
    assert letter["message-id"] == f"<{waiting()[0].handle}@example.org>"
    assert letter["list-unsubscribe-post"] == "List-Unsubscribe=One-Click"
    stop = letter["list-unsubscribe"].strip(" <>")
    assert stop.startswith("https://throughline.example.org/messages/stop/")
    assert stop in text
    assert "Fewer ‹tickets› & <b>less</b>" in text
    assert "Fewer ‹tickets› &amp; &lt;b&gt;less&lt;/b&gt;" in html
    assert not re.search(r"<(img|script|link|iframe|form)\b|url\(|@import", html)
    assert set(re.findall(r'(?:href|src)="(https?://[^/"]+)', html)) == {"https://throughline.example.org"}


def test_what_a_title_holds_breaks_neither_the_head_nor_the_page(mail):
    by_mail.send(HOSTILE, to="mia@example.org", origin="https://t.example", handle="msg_1", stop="")
    (letter,) = sent_mail.outbox
    assert letter.subject == 'Fix <b>it</b> Bcc: all@example.org "[U+202E]'
    assert letter.bcc == []
    html = letter.alternatives[0].content
    assert "&lt;script&gt;" in html
    assert "<img" not in html
    assert 'href="https://t.example/a?b=1&amp;c=2"' in html
    assert "a &lt; b &amp; " in html


@pytest.mark.parametrize(("code", "said"), [(550, "takes no mail for this address (550)"), (451, "(451)")])
def test_what_the_server_refuses_is_one_sentence_without_the_address(organisation, mailbox, code, said):
    mailbox.refuse = code
    send_week_now(organisation.mia, now=NOW)
    assert send_all(now=NOW).failed == 1
    (message,) = waiting()
    assert said in message.error
    assert "mia" not in message.error
    mailbox.refuse = 0
    assert send_all(now=NOW + timedelta(minutes=1)).sent == 1


def test_a_server_that_is_not_there_is_one_sentence(organisation, mailbox):
    mailbox.refuse = 0
    by_mail.settings.EMAIL_PORT = 1
    send_week_now(organisation.mia, now=NOW)
    send_all(now=NOW)
    assert waiting()[0].error == "127.0.0.1 cannot be reached: Connection refused."


@pytest.fixture
def on_a_thursday() -> Iterator[None]:
    """From Monday morning to Tuesday morning the week goes out as well."""
    with clocks.at(date(2026, 12, 3)):
        yield


def test_a_trial_of_mail_goes_by_mail_also_to_whoever_hears_by_chat(
    organisation, mail, loopback, browser_of, on_a_thursday
):
    hears(organisation.ada, "digest", service="slack", address=f"{loopback.address}/answer/T0")
    page = browser_of(organisation.ada).post("/administration/messages/trial", follow=True)
    assert "A trial is on its way to ada@example.org." in page.content.decode()
    assert send_all(now=waiting()[0].created_at).sent == 1
    assert [each.to for each in sent_mail.outbox] == [["ada@example.org"]]
    assert loopback.asked == []


def test_without_a_server_nothing_is_promised(organisation, settings):
    settings.EMAIL_HOST = ""
    with pytest.raises(Refused, match="No mail server"):
        send_week_now(organisation.mia, now=NOW)
    with pytest.raises(Refused, match="hand the link over"):
        invite(organisation.ada, organisation.mia, now=NOW)


def test_an_invited_person_gets_a_link_that_works_once_and_stands_nowhere_here(
    organisation, mailbox, browser_of
):
    browser = browser_of(organisation.ada)
    new = {"name": "Nell", "email": "nell@example.org", "role": "viewer", "by_mail": "on"}
    assert browser.post("/people/invite/", new).status_code == 302
    (message,) = waiting()
    assert not SignInLink.objects.filter(user__email="nell@example.org").exists()
    send_all(now=message.created_at)
    (letter,) = mailbox.received
    link = re.search(
        r"https://throughline\.example\.org(/sign-in/\S+/)", letter.get_body(("plain",)).get_content()
    )[1]
    token = link.split("/")[2]
    with connection.cursor() as cursor:
        for table in ("outbox_message", "audit_entry", "jobs_job"):
            cursor.execute(f"SELECT * FROM {table}")
            assert token not in str(cursor.fetchall())
    stranger = browser_of()
    assert b"Welcome, Nell" in stranger.get(link).content
    assert stranger.post(link).status_code == 302
    assert browser_of().post(link).status_code == 410
    assert User.objects.get(email="nell@example.org").last_login is not None


def test_where_no_mail_goes_out_the_link_is_shown_to_be_handed_over(organisation, browser_of, settings):
    settings.EMAIL_HOST = ""
    browser = browser_of(organisation.ada)
    assert b"by_mail" not in browser.get("/people/").content
    new = {"name": "Nell", "email": "nell@example.org", "role": "viewer", "by_mail": "on"}
    assert b"/sign-in/" in browser.post("/people/invite/", new).content
