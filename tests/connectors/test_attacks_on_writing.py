"""Writing back where Jira answers what it should not, dies half-way, or has what was not asked for."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from tests.connectors.fakes.tool import Answered
from tests.connectors.test_jira import day
from tests.connectors.test_syncs import synced
from tests.connectors.test_writing_back import asked, connector, decided, found, sent, site
from tests.organisation import NOW

__all__ = ["connector", "found", "site"]
pytestmark = pytest.mark.django_db


def answering(jira, path: str, answer: Answered, *, times: int = 1, is_made: bool = True) -> None:
    """Have the tool answer something else to what ends so, after it did what was asked."""
    whole, left = jira.answer, [None] * times

    def other(request):
        if request.path.endswith(path) and left:
            left.pop()
            if is_made:
                whole(request)
            return answer
        return whole(request)

    jira.answer = other


@pytest.mark.parametrize("key", ["HR-1", 'SEC-1"><script>', ["SEC-1"]])
def test_a_key_of_elsewhere_is_not_believed_and_asking_again_makes_no_second_issue(
    organisation, connector, site, jira, found, waiting, key
):
    answer = {"id": "1", "key": key, "self": "javascript:alert(1)"}
    answering(jira, "/issue", Answered(answer, 201))
    asked(organisation, connector, found)
    assert sent(waiting).said == "an issue that was made has a key of SEC"
    found.refresh_from_db()
    assert (found.ticket_url, found.tickets.count()) == ("", 0)
    asked(organisation, connector, found)
    assert sent(waiting).said == "SEC-1 was made."
    assert len(site.issues) == 1


def test_an_issue_that_was_moved_to_another_project_is_not_linked(
    organisation, connector, site, jira, found, waiting
):
    from throughline.connectors.tickets import ask_to_link

    site.add(day(0))
    answering(jira, "/issue/SEC-1", Answered({"key": "HR-7", "fields": {"summary": "Salaries"}}))
    ask_to_link(organisation.mia, found.pk, where=f"{connector.pk}:SEC", key="SEC-1", now=NOW)
    assert sent(waiting).said == "SEC-1 was moved to another project, which is none of this connector."
    assert not found.tickets.exists()


@pytest.mark.parametrize(
    "answer",
    [{"transitions": ["x", 3]}, {"transitions": [{"id": "1", "to": 7}]}, ["x"], {"transitions": {"a": "b"}}],
)
def test_transitions_in_another_shape_are_refused_and_stop_nothing_else(
    organisation, connector, site, jira, found, waiting, answer
):
    asked(organisation, connector, found)
    sent(waiting)
    answering(jira, "/transitions", Answered(answer), is_made=False)
    decided(organisation, found, "false positive", reason="No.")
    assert sent(waiting).state == "refused"
    assert site.issues[0].status == "1"


def test_a_listing_of_types_without_an_end_is_given_up(organisation, connector, site, jira, found, waiting):
    endless = {"total": 10**9, "values": [{"id": "1", "name": "x"}] * 500, "issueTypes": [{"id": "1"}] * 500}
    answering(jira, "/issuetypes", Answered(endless), times=20, is_made=False)
    asked(organisation, connector, found)
    assert sent(waiting).said == "its list of issueTypes has no end"


def test_a_process_that_dies_before_it_says_so_makes_no_second_issue(
    organisation, connector, site, found, waiting, monkeypatch
):
    from throughline.connectors import sending

    asked(organisation, connector, found)
    with monkeypatch.context() as patched:
        patched.setattr(sending, "_end", lambda *_, **__: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            sent(waiting)
    # Its index knows nothing of it yet.
    site.lag = timedelta(days=9)
    waiting.at += timedelta(minutes=16)
    assert sent(waiting).said == "SEC-1 was made."
    assert len(site.issues) == 1


def test_what_waits_ends_quietly_with_its_connector_and_with_the_switch(
    organisation, connector, site, jira, found, waiting
):
    from throughline.connectors.models import Connector, Writing
    from throughline.connectors.sending import due, send

    asked(organisation, connector, found)
    taken = due(now=waiting.at)
    Connector.objects.filter(pk=connector.pk).update(settings={**connector.settings, "writes": False})
    assert "is switched off" in send(taken[0], clock=waiting.clock).said
    Connector.objects.filter(pk=connector.pk).update(settings=connector.settings)
    asked(organisation, connector, found)
    taken = due(now=waiting.at)
    connector.delete()
    send(taken[0], clock=waiting.clock)
    assert (Writing.objects.count(), site.issues) == (0, [])


def test_a_tool_that_is_busy_holds_nobody_up(organisation, connector, jira, found, waiting):
    from throughline.connectors.sending import due, send

    answering(jira, "/issuetypes", Answered({}, 429, {"retry-after": "100"}), times=9, is_made=False)
    asked(organisation, connector, found)
    done = send(due(now=waiting.at)[0])
    assert (done.state, done.said) == (
        "waiting", "The tool asks to be left alone for a while. It is tried again.",
    )  # fmt: skip


def test_another_issue_of_the_same_title_is_not_lost_while_a_ticket_is_made(
    organisation, connector, site, jira, found, waiting
):
    from throughline.vulnerabilities.models import Vulnerability

    site.add(day(0)).title = found.title
    answering(jira, "/issue", Answered({}, 502), is_made=False)
    asked(organisation, connector, found)
    assert sent(waiting).state == "waiting"
    synced(connector, waiting)
    assert Vulnerability.objects.count() == 1
    waiting.at += timedelta(days=1)
    site.now = waiting.at
    assert sent(waiting).said == "SEC-2 was made."
    connector.refresh_from_db()
    synced(connector, waiting)
    assert sorted(Vulnerability.objects.values_list("key", flat=True)) == ["S-1", "SEC-1"]


def test_only_members_of_her_team_may_have_a_ticket_made_or_linked(
    organisation, connector, found, browser_of
):
    from throughline.connectors.models import Writing
    from throughline.vulnerabilities.models import Vulnerability

    address = f"/vulnerabilities/{found.pk}/ticket/"
    Vulnerability.objects.filter(pk=found.pk).update(team=None)
    for what in ("create", "link"):
        said = {"what": what, "where": f"{connector.pk}:SEC", "key": "SEC-1"}
        assert browser_of(organisation.mia).post(address, said).status_code == 404
    assert not Writing.objects.exists()


def test_marks_of_a_text_are_no_marks_in_data_center():
    from throughline.connectors.kinds.jira.bodies import plain
    from throughline.connectors.writes import Draft

    said = plain(Draft("SEC", "Bug", "t", r"see \[this|javascript:x\] and \!http://a/b.png\!", "tl1"))
    assert "\\\\" not in said
    assert r"&#92;\[this\|javascript:x&#92;\] and &#92;\!http" in said


def test_a_secret_that_cannot_be_opened_is_said_and_holds_up_nothing_else(
    organisation, connector, found, waiting, settings
):
    asked(organisation, connector, found)
    Path(settings.THROUGHLINE_SECRET_KEY_FILE).unlink()
    done = sent(waiting)
    assert done.state == "refused"
    assert "put the file back" in done.said
