"""Writing back to Jira: tickets of vulnerabilities, and decisions of people as transitions."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.connectors.fakes.jira import JiraSite
from tests.connectors.fakes.tool import Answered
from tests.connectors.test_jira import day
from tests.connectors.test_pages import at_work
from tests.connectors.test_syncs import synced
from tests.organisation import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture(params=[True, False], ids=["cloud", "data center"])
def site(request) -> JiraSite:
    return JiraSite(now=NOW, is_cloud=request.param)


@pytest.fixture
def connector(jira, site):
    from throughline.connectors.actions import Wish, connect

    settings = {"address": jira.address, "email": "bot@example.org", "projects": "SEC", "writes": "on"}
    settings["deployment"] = "cloud" if site.is_cloud else "data center"
    return connect(
        "test", "jira", Wish(name="t", settings=settings, secrets={"token": "good-token"}), now=NOW
    )


@pytest.fixture
def found(organisation):
    """A vulnerability of a scanner, of Payments."""
    import io

    from throughline.accounts.models import Team
    from throughline.sources.actions import import_file
    from throughline.sources.wishes import Wish
    from throughline.vulnerabilities.models import Vulnerability

    content = (
        b"id,title,severity,cwe,team,service,description\n"
        b'S-1,SQL injection in search,high,CWE-89,Payments,checkout,"Line one.\n\nLine [two]."\n'
    )
    import_file(io.BytesIO(content), name="scan.csv", wish=Wish(source="Scanner"), actor="test", now=NOW)
    assert Team.objects.filter(name="Payments").exists()
    return Vulnerability.objects.get(key="S-1")


def asked(organisation, connector, found, **wish):
    from throughline.connectors.tickets import ask_for_ticket

    return ask_for_ticket(organisation.mia, found.pk, where=f"{connector.pk}:SEC", now=NOW, **wish)


def sent(waiting):
    """Hear what was decided, and send all that is due; the last of it."""
    from throughline.connectors.models import Connector
    from throughline.connectors.sending import due, send
    from throughline.connectors.tickets import hear_decisions

    for each in Connector.objects.all():
        hear_decisions(each, now=waiting.at)
    done = [send(each, clock=waiting.clock) for each in due(now=waiting.at)]
    return done[-1] if done else None


def decided(organisation, found, state: str, **more) -> None:
    from throughline.vulnerabilities.actions import triage

    triage(organisation.mia, [found.pk], state, now=NOW + timedelta(minutes=1), **more)


def test_a_ticket_is_made_of_a_vulnerability_and_is_no_second_record(
    organisation, connector, site, found, waiting, browser_of
):
    from throughline.audit.models import Entry
    from throughline.connectors.actions import keep_mapping
    from throughline.vulnerabilities.bulk import unlike_their_history
    from throughline.vulnerabilities.models import Vulnerability

    site.screen = {
        "customfield_10010": {
            "name": "Severity", "required": True, "schema": {"type": "option"},
            "allowedValues": [{"id": "1", "value": "High"}, {"id": "2", "value": "Low"}],
        },
        "customfield_10011": {"name": "CWE", "required": False, "schema": {"type": "string"}},
        "components": {
            "name": "Components", "required": False, "schema": {"type": "array", "items": "component"},
            "allowedValues": [{"id": "9", "name": "search"}],
        },
    }  # fmt: skip
    fields = {"severity": "customfield_10010", "cwe": "customfield_10011", "service": "components"}
    keep_mapping("test", connector, {"fields": fields, "statuses": {}, "resolutions": {}}, now=NOW)
    browser = browser_of(organisation.mia)
    address = f"/vulnerabilities/{found.pk}/"
    assert "Make a ticket, or link one" in browser.get(address).content.decode()
    browser.post(f"{address}ticket/", {"what": "create", "where": f"{connector.pk}:SEC", "type": "Bug"})
    # The page goes by the clock of the world, and so does the worker.
    waiting.sleep(10**9)
    site.now = waiting.at
    at_work()
    done = found.writings.get()
    assert done.said == "SEC-1 was made. Components was left out: it does not offer “checkout”."
    made = site.issues[0]
    assert (made.title, made.more["customfield_10011"]) == ("SQL injection in search", "CWE-89")
    assert made.more["customfield_10010"] == {"id": "1"}
    assert "good-token" not in str(made.more)
    found.refresh_from_db()
    assert found.ticket_url.endswith("/browse/SEC-1")
    page = browser.get(address).content.decode()
    assert done.said in page
    assert "Make a ticket, or link one" not in page
    assert Entry.objects.filter(action__in=["ticket asked for", "written back"]).count() == 2
    # The next sync knows it, and so does one that reads everything anew; its own records are stored.
    site.add(waiting.at)
    for _ in range(2):
        connector.refresh_from_db()
        assert synced(connector, waiting, whole=True).outcome == "done"
    assert sorted(Vulnerability.objects.values_list("key", flat=True)) == ["S-1", "SEC-2"]
    assert found.tickets.get().status == "To Do"
    assert list(unlike_their_history()) == []


def test_an_answer_that_never_came_makes_no_second_issue(organisation, connector, site, jira, found, waiting):
    asked(organisation, connector, found)
    # It makes the issue, and then its answer is lost.
    whole, lost = jira.answer, []

    def losing(request):
        answer = whole(request)
        if request.path.endswith("/issue") and not lost:
            lost.append(True)
            return Answered({"errorMessages": ["Gateway Timeout"]}, 504)
        return answer

    jira.answer = losing
    first = sent(waiting)
    assert (first.state, first.said.endswith("It is tried again.")) == ("waiting", True)
    # Read meanwhile, it is not taken for a record of its own.
    synced(connector, waiting)
    from throughline.vulnerabilities.models import Vulnerability

    assert Vulnerability.objects.count() == 1
    assert sent(waiting) is None
    waiting.at += timedelta(minutes=2)
    assert sent(waiting).said == "SEC-1 was made."
    assert len(site.issues) == 1


def test_what_cannot_be_made_says_why_and_can_be_asked_again(organisation, connector, site, found, waiting):
    site.screen = {"customfield_9": {"name": "Cost centre", "required": True, "schema": {"type": "string"}}}
    asked(organisation, connector, found)
    assert "SEC asks for Cost centre of each Bug" in sent(waiting).said
    site.screen = {}
    asked(organisation, connector, found, type="Story")
    assert sent(waiting).said == "SEC has no type 'Story' that the account may make; it has Bug, Task, Epic."
    asked(organisation, connector, found)
    assert sent(waiting).state == "done"
    assert found.tickets.count() == 1


def test_a_decision_moves_the_ticket_and_nothing_comes_back(organisation, connector, site, found, waiting):
    from throughline.connectors.models import Writing
    from throughline.vulnerabilities.actions import undo

    asked(organisation, connector, found)
    sent(waiting)
    decided(organisation, found, "false positive", reason="Not reachable.")
    assert sent(waiting).said == "SEC-1 was moved from “To Do” to “False positive”."
    assert site.issues[0].status == "10002"
    synced(connector, waiting)
    assert sent(waiting) is None
    assert Writing.objects.count() == 2
    undo(organisation.mia, [found.pk], now=NOW + timedelta(minutes=3))
    assert "“In Progress”" in sent(waiting).said


def test_a_record_of_jira_itself_is_moved_where_a_person_decides_and_not_by_what_jira_says(
    organisation, connector, site, waiting
):
    from throughline.connectors.models import Writing
    from throughline.vulnerabilities.models import Vulnerability

    site.add(day(0))
    synced(connector, waiting)
    sent(waiting)
    site.issues[0].move(day(3), "3")
    site.now = waiting.at
    connector.refresh_from_db()
    synced(connector, waiting, whole=True)
    sent(waiting)
    # What Jira said is no decision.
    assert not Writing.objects.exists()
    record = Vulnerability.objects.get(key="SEC-1")
    decided(organisation_of_all(organisation), record, "false positive", reason="No.")
    assert sent(waiting).said == "SEC-1 was moved from “In Progress” to “False positive”."
    connector.refresh_from_db()
    waiting.at += timedelta(minutes=10)
    site.now = waiting.at
    synced(connector, waiting, whole=True)
    assert sent(waiting) is None
    record.refresh_from_db()
    assert record.state == "false positive"


def organisation_of_all(organisation):
    """The same, where who decides may see everything."""
    from types import SimpleNamespace

    return SimpleNamespace(mia=organisation.ada)


def test_it_is_refused_clearly_where_no_transition_leads_there(organisation, connector, site, found, waiting):
    site.leads = {"1": ["3"]}
    asked(organisation, connector, found)
    sent(waiting)
    decided(organisation, found, "false positive", reason="No.")
    done = sent(waiting)
    assert done.state == "refused"
    assert "no transition leads from there to a status that means “Closed: false positive”" in done.said
    assert "(it can become: In Progress)" in done.said
    decided(organisation, found, "duplicate", reason="Of another tracker's.")
    assert "No status of SEC, Bug means “Closed: duplicate”" in sent(waiting).said


def test_a_screen_that_asks_for_a_resolution_is_given_one_that_means_the_same(
    organisation, connector, site, found, waiting
):
    known = [{"id": "1", "name": "Done"}, {"id": "2", "name": "Won't Do"}]
    site.moving = {"10002": {"resolution": {"name": "Resolution", "required": True, "allowedValues": known}}}
    asked(organisation, connector, found)
    sent(waiting)
    decided(organisation, found, "false positive", reason="No.")
    assert "asks for Resolution: move it by hand" in sent(waiting).said


def test_one_that_is_there_is_linked_and_what_is_known_already_is_not(
    organisation, connector, site, found, waiting
):
    from throughline.connectors.tickets import ask_to_link

    def linked(key: str) -> str:
        ask_to_link(organisation.mia, found.pk, where=f"{connector.pk}:SEC", key=key, now=NOW)
        return sent(waiting).said

    site.add(day(0))
    synced(connector, waiting)
    site.add(day(1))
    assert "knows no SEC-9" in linked("SEC-9")
    assert linked("APP-1") == "APP-1 is in none of the projects of this connector."
    assert "SEC-1 came in as vulnerability" in linked("sec-1")
    assert linked("sec-2") == "SEC-2 is its ticket."
    found.refresh_from_db()
    assert found.ticket_url.endswith("/browse/SEC-2")


def test_nothing_is_written_unless_it_is_switched_on(
    organisation, connector, site, found, waiting, browser_of
):
    from throughline.connectors.models import Writing
    from throughline.engine.refusals import Refused

    connector.settings["writes"] = False
    connector.save()
    with pytest.raises(Refused, match="No connected tool takes tickets"):
        asked(organisation, connector, found)
    decided(organisation, found, "accepted", reason="Small.")
    assert sent(waiting) is None
    assert not Writing.objects.exists()
    page = browser_of(organisation.mia).get(f"/vulnerabilities/{found.pk}/").content.decode()
    assert "Make a ticket" not in page


def test_an_import_keeps_the_ticket_that_was_made(organisation, connector, site, found, waiting):
    import io

    from throughline.sources.actions import import_file
    from throughline.sources.wishes import Wish

    asked(organisation, connector, found)
    sent(waiting)
    content = b"id,title,ticket_url\nS-1,Another title,https://old.example.org/1\n"
    import_file(
        io.BytesIO(content),
        name="scan.csv",
        wish=Wish(source="Scanner"),
        actor="test",
        now=NOW + timedelta(days=1),
    )
    found.refresh_from_db()
    assert found.title == "Another title"
    assert found.ticket_url.endswith("/browse/SEC-1")


def test_the_test_of_the_connection_says_whether_it_may_be_written_to(connector, site):
    from throughline.connectors.trying import tried

    site.add(day(0))
    assert tried(connector)[-1].said == "SEC can be written to."
    site.rights.discard("TRANSITION_ISSUES")
    assert (
        tried(connector)[-1].said == "SEC cannot be written to: the account may not transition issues there."
    )
