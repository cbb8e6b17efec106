"""The outbox: once, by one process, again after a failure, and given up with a sentence."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.messages.house import waiting
from tests.organisation import NOW

from throughline.backups.manifest import Manifest
from throughline.backups.reviving import revive
from throughline.engine.refusals import Refused
from throughline.jobs.models import Job
from throughline.messages import outbox
from throughline.messages.actions import send_again
from throughline.messages.models import Message
from throughline.messages.outbox import AGAIN_AFTER, DEAD_AFTER, Hopeless, NotNeeded, claim, due, send_due
from throughline.messages.work import forget


@pytest.fixture
def message(organisation) -> Message:
    outbox.put("trial", "trial:1", person=organisation.mia, now=NOW)
    return Message.objects.get()


def broken(message: Message) -> None:
    raise Refused("mail.example.org answered 500.")


def well(message: Message) -> None:
    pass


def test_the_same_is_put_in_once_and_rings_for_the_worker_once(organisation):
    put = [outbox.put("trial", "trial:1", person=organisation.mia, now=NOW) for _ in range(2)]
    assert put == [True, False]
    outbox.put("trial", "trial:2", person=organisation.mia, now=NOW)
    assert Job.objects.filter(kind=outbox.SENDING).count() == 1


def test_of_two_processes_that_saw_it_one_sends_it(message):
    ours, theirs = due(NOW)[0], due(NOW)[0]
    assert [claim(ours, now=NOW), claim(theirs, now=NOW)] == [True, False]
    assert due(NOW + DEAD_AFTER) == []


def test_what_a_process_held_when_it_died_is_sent_by_another(message):
    claim(message, now=NOW)
    later = NOW + DEAD_AFTER + timedelta(seconds=1)
    assert send_due(well, now=later).sent == 1
    message.refresh_from_db()
    assert (message.state, message.tries) == ("sent", 2)


def test_a_failure_is_tried_again_later_and_later_and_given_up_with_its_sentence(message):
    now, waits = NOW, []
    for _ in range(len(AGAIN_AFTER) + 1):
        done = send_due(broken, now=now)
        message.refresh_from_db()
        assert send_due(broken, now=now) == outbox.Sent()
        if message.state == "waiting":
            assert done.failed == 1
            waits.append(message.due - now)
            now = message.due
    assert tuple(waits) == AGAIN_AFTER
    assert (message.state, message.error) == ("given_up", "mail.example.org answered 500.")
    assert send_due(broken, now=now + timedelta(days=30)) == outbox.Sent()


def test_what_is_hopeless_or_not_needed_is_not_tried_again(organisation):
    for number, raised in enumerate((Hopeless("gone."), NotNeeded("answered."))):
        outbox.put("trial", f"trial:{number}", person=organisation.mia, now=NOW)

        def refuse(message, raised=raised):
            raise raised

        send_due(refuse, now=NOW)
    assert [(each.state, each.error) for each in waiting()] == [
        ("given_up", "gone."),
        ("unneeded", "answered."),
    ]


def test_a_break_of_ours_says_nothing_of_the_inside_and_stops_no_other(organisation, message):
    outbox.put("trial", "trial:2", person=organisation.mia, now=NOW)

    def breaks(each):
        if each.pk == message.pk:
            raise ZeroDivisionError("secret detail")

    done = send_due(breaks, now=NOW)
    assert (done.failed, done.sent) == (1, 1)
    message.refresh_from_db()
    assert "secret" not in message.error


def test_what_was_given_up_is_sent_again_when_somebody_asks(organisation, message):
    with pytest.raises(Refused, match="on its way"):
        send_again(organisation.ada, message, now=NOW)
    Message.objects.update(state="given_up", tries=9, ended_at=NOW, error="no")
    send_again(organisation.ada, message, now=NOW)
    assert send_due(well, now=NOW).sent == 1
    with pytest.raises(Refused):
        send_again(organisation.ada, Message.objects.get(), now=NOW)


def test_what_ended_two_months_ago_is_forgotten(organisation, message):
    send_due(well, now=NOW)
    assert forget(now=NOW + timedelta(days=59)) == 0
    assert forget(now=NOW + timedelta(days=61)) == 1


def test_the_page_shows_what_was_given_up_to_administrators_with_the_reason(
    organisation, browser_of, message
):
    send_due(broken, now=NOW)
    Message.objects.update(state="given_up")
    browser = browser_of(organisation.ada)
    page = browser.get("/administration/messages/?state=given_up").content.decode()
    assert "mail.example.org answered 500." in page
    assert "Send again" in page
    assert browser.get("/administration/messages.json").json()["messages"][0]["error"] in page
    assert "answered 500" in b"".join(browser.get("/administration/messages.csv")).decode()
    assert browser.post(f"/administration/messages/{message.pk}/again").status_code == 302
    message.refresh_from_db()
    assert message.state == "waiting"


def test_a_state_that_there_is_not_is_said(organisation, browser_of):
    answer = browser_of(organisation.ada).get("/administration/messages.json?state=lost")
    assert answer.status_code == 400
    assert "there is no state 'lost': expected one of waiting, sending" in answer.json()["detail"]


def test_a_restored_folder_sends_nothing_that_waited_until_somebody_says_so(organisation, message):
    said = Manifest(form=1, version="1", made_at=NOW, schema={}, rows={}, members={})
    assert revive(said, now=NOW)["messages"] == 1
    assert due(NOW + timedelta(days=3)) == []
    message.refresh_from_db()
    assert message.error.startswith("It waited when the backup was made")
    send_again(organisation.ada, message, now=NOW)
    assert due(NOW) == [message]
