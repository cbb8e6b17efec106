"""A sync of the plainest kind: whole or resumed, once and never twice, and told in sentences."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.connectors.fakes.tool import Answered
from tests.organisation import NOW

pytestmark = pytest.mark.django_db
TOO_FAST = Answered({}, 429, {"retry-after": "7"})


@pytest.fixture
def connector(tool):
    from throughline.connectors.actions import Wish, connect

    wish = Wish(name="figures", settings={"address": tool.address}, secrets={"token": "good-token"})
    return connect("test", "numbers", wish, now=NOW)


def synced(connector, waiting, **how):
    from throughline.connectors.actions import begin
    from throughline.connectors.syncing import run

    return run(begin(connector, actor="test", now=waiting.at, **how), clock=waiting.clock)


def titles() -> list[str]:
    from throughline.vulnerabilities.models import Vulnerability

    return sorted(Vulnerability.objects.values_list("key", flat=True))


def test_a_sync_stores_every_row_and_where_the_next_one_begins(connector, tool, waiting):
    from throughline.connectors import keeping

    done = synced(connector, waiting)
    connector.refresh_from_db()
    assert (done.outcome, done.counts["created"], done.fetched) == ("done", 10, 10)
    assert titles() == [f"N-{n}" for n in range(10)]
    assert connector.state == {"at": "now"}
    assert connector.succeeded_at == waiting.at
    # One connection carried all four pages.
    assert (len(tool.asked), tool.connections) == (4, 1)
    assert not list(keeping.root().iterdir())


def test_a_second_sync_changes_nothing_and_a_changed_row_is_told(connector, tool, waiting):
    synced(connector, waiting)
    assert synced(connector, waiting).counts["unchanged"] == 10
    tool.answer.__self__.rows[4]["title"] = "Another name"
    done = synced(connector, waiting)
    assert (done.counts["updated"], done.counts["unchanged"]) == (1, 9)
    assert done.changes[0]["changes"] == {"title": ["Finding 4", "Another name"]}


def test_a_dry_run_says_what_would_change_and_stores_nothing(connector, waiting):
    done = synced(connector, waiting, dry=True)
    connector.refresh_from_db()
    assert (done.outcome, done.counts["created"], len(done.changes)) == ("done", 10, 10)
    assert (titles(), connector.state, connector.succeeded_at) == ([], {}, None)


def test_a_token_that_is_revoked_half_way_is_said_and_the_next_sync_goes_on_from_the_kept_pages(
    connector, tool, waiting
):
    good = tool.answer

    def revoked(asked):
        return good(asked) if asked.query["page"] in ("0", "1") else Answered({"message": "Revoked"}, 401)

    tool.answer = revoked
    failed = synced(connector, waiting)
    assert (failed.outcome, titles()) == ("failed", [])
    assert failed.said.startswith("127.0.0.1 refuses the token: it was revoked")
    tool.answer = good
    asked = len(tool.asked)
    done = synced(connector, waiting)
    assert (done.outcome, done.counts["created"], done.resumed_from) == ("done", 10, failed)
    assert [each.query["page"] for each in tool.asked[asked:]] == ["2", "3"]


def test_what_was_appended_but_never_acknowledged_is_cut_off(connector, tool, waiting):
    good = tool.answer
    tool.answer = lambda asked: good(asked) if asked.query["page"] < "2" else Answered({}, 500)
    failed = synced(connector, waiting)
    from throughline.connectors.keeping import folder_of

    for path in folder_of(failed).iterdir():
        with path.open("ab") as file:
            file.write(b'{"id": "N-half')
    tool.answer = good
    assert synced(connector, waiting).counts["created"] == 10
    assert titles() == [f"N-{n}" for n in range(10)]


def test_a_tool_that_has_no_time_is_waited_for_as_long_as_it_says_and_a_little_longer(
    connector, tool, waiting
):
    tool.next = [TOO_FAST, Answered({}, 503)]
    assert synced(connector, waiting).outcome == "done"
    # 7 seconds and half of five; then, where nothing is said, the second step of 1, 2, 4 and half of it.
    assert sum(waiting.slept) == pytest.approx(9.5 + 3.0, abs=1.0)


def test_a_tool_that_asks_for_an_hour_is_left_alone_and_nothing_is_lost(connector, tool, waiting):
    tool.next = [Answered({}, 429, {"retry-after": "3600"})]
    failed = synced(connector, waiting)
    assert "asks to be left alone for 60 minutes" in failed.said
    assert waiting.slept == []


def test_a_sign_in_page_is_kept_aside_with_a_sample_without_the_token(connector, tool, waiting):
    page = b"<html>Please sign in. Your token good-token</html>"
    tool.next = [Answered(content=page)]
    failed = synced(connector, waiting)
    kept = connector.quarantined.get()
    assert failed.outcome == "failed"
    assert "text/html where JSON was expected" in kept.reason
    assert "sign in" in kept.sample
    assert "good-token" not in kept.sample + failed.said
    assert titles() == []


def test_a_listing_that_goes_in_a_circle_is_refused(connector, tool, waiting):
    tool.answer = lambda asked: Answered({"rows": [], "next": 1})
    assert "same page token twice" in synced(connector, waiting).said


def test_one_sync_at_a_time_and_a_dead_one_is_gone_on_from(connector, tool, waiting):
    from throughline.connectors.actions import begin
    from throughline.connectors.syncing import run
    from throughline.engine.refusals import Refused

    class Killed(BaseException):
        """As kill -9 would: nothing of ours runs after it."""

    def killed(done, total, message):
        if done >= 6:
            with pytest.raises(Refused, match="is being read since"):
                begin(connector, actor="test", now=waiting.at + timedelta(minutes=5))
            raise Killed

    running = begin(connector, actor="test", now=waiting.at)
    with pytest.raises(Killed):
        run(running, progress=killed, clock=waiting.clock)
    done = synced(connector, waiting)
    running.refresh_from_db()
    assert (running.outcome, done.outcome, done.counts["created"]) == ("broken off", "done", 10)
    assert len(tool.asked) == 4


def test_a_process_that_was_taken_for_dead_stores_nothing(connector, tool, waiting):
    from throughline.connectors.actions import begin
    from throughline.connectors.models import Sync
    from throughline.connectors.syncing import run

    running = begin(connector, actor="test", now=waiting.at)

    def robbed(done, total, message):
        Sync.objects.filter(pk=running.pk).update(holder="somebody else")

    assert run(running, progress=robbed, clock=waiting.clock).outcome == "running"
    assert titles() == []


def test_cancelling_keeps_what_was_fetched(connector, tool, waiting):
    from throughline.connectors.actions import begin
    from throughline.connectors.syncing import run
    from throughline.jobs.registry import Cancelled

    def cancelled(done, total, message):
        raise Cancelled

    sync = begin(connector, actor="test", now=waiting.at)
    with pytest.raises(Cancelled):
        run(sync, progress=cancelled, clock=waiting.clock)
    sync.refresh_from_db()
    assert (sync.outcome, sync.is_resumable, sync.fetched) == ("cancelled", True, 3)


def test_no_secret_is_in_a_row_an_audit_entry_or_an_answer(connector, waiting):
    from throughline.audit.models import Entry
    from throughline.connectors.models import Connector, Sync
    from throughline.connectors.queries import document, sync_document
    from throughline.outbound.models import Secret

    done = synced(connector, waiting)
    rows = [
        *Connector.objects.values(),
        *Sync.objects.values(),
        *Entry.objects.values(),
        *Secret.objects.values(),
    ]
    assert "good-token" not in repr([rows, document(connector), sync_document(done)])


def test_the_schedule_asks_for_what_is_due_and_a_word_of_the_tool_hurries_it(connector, waiting):
    from throughline.connectors.queries import is_due

    assert not is_due(connector, now=NOW)
    connector.schedule = "hour"
    connector.save()
    assert is_due(connector, now=NOW)
    synced(connector, waiting)
    assert not is_due(connector, now=NOW + timedelta(minutes=59))
    assert is_due(connector, now=NOW + timedelta(minutes=60))
    connector.hurried_at = NOW + timedelta(minutes=1)
    assert is_due(connector, now=NOW + timedelta(minutes=2))


def test_settings_are_refused_with_their_place(tool):
    from throughline.connectors.actions import Wish, connect
    from throughline.engine.refusals import Refused

    def refused(settings, secrets) -> Refused:
        with pytest.raises(Refused) as found:
            connect("test", "numbers", Wish(name="a", settings=settings, secrets=secrets), now=NOW)
        return found.value

    assert refused({}, {}).place == "address"
    assert refused({"address": "http://10.0.0.1/"}, {}).place == "address"
    assert refused({"address": tool.address}, {}).place == "token"
    assert refused({"address": tool.address, "adress": "x"}, {}).place == "adress"


def test_other_settings_are_read_by_from_the_beginning_also_where_they_came_during_a_sync(connector, waiting):
    from throughline.connectors.actions import Wish, begin, change
    from throughline.connectors.syncing import run

    def changed(team: str) -> None:
        connector.refresh_from_db()
        settings = {"address": connector.settings["address"], "team": team}
        change("test", connector, Wish(name="figures", settings=settings), now=NOW)

    sync = begin(connector, actor="test", now=waiting.at)
    run(sync, progress=lambda done, total, message: changed("Payments"), clock=waiting.clock)
    connector.refresh_from_db()
    assert (connector.state, connector.succeeded_at) == ({}, waiting.at)
    synced(connector, waiting)
    connector.refresh_from_db()
    assert connector.state == {"at": "now"}
    changed("Payments")
    assert connector.state == {"at": "now"}
    changed("Search")
    assert connector.state == {}
