"""Jira: issues with their changelogs become records with their open spells, once and never twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from tests.connectors.fakes.jira import JiraSite
from tests.connectors.fakes.tool import Answered, Tool, served
from tests.connectors.test_syncs import synced
from tests.organisation import NOW

pytestmark = pytest.mark.django_db
START = datetime(2026, 3, 1, 9, tzinfo=UTC)


def day(number: int) -> datetime:
    return START + timedelta(days=number)


@pytest.fixture
def site() -> JiraSite:
    return JiraSite(now=NOW)


@pytest.fixture
def connector(jira, site):
    return connected(jira, site)


def connected(jira: Tool, site: JiraSite):
    from throughline.connectors.actions import Wish, connect

    settings = {"address": jira.address, "email": "bot@example.org", "projects": "SEC"}
    settings["deployment"] = "cloud" if site.is_cloud else "data center"
    return connect(
        "test", "jira", Wish(name="t", settings=settings, secrets={"token": "good-token"}), now=NOW
    )


def record(key: str = "SEC-1"):
    from throughline.vulnerabilities.models import Vulnerability

    return Vulnerability.objects.get(key=key)


@pytest.mark.parametrize("is_cloud", [True, False], ids=["cloud", "data center"])
def test_a_reopened_ticket_is_open_for_the_sum_of_its_spells(
    listed, waiting, organisation, browser_of, is_cloud
):
    site = JiraSite(now=NOW, is_cloud=is_cloud)
    site.add(
        day(0), (day(2), "3"), (day(5), "10001"), (day(9), "4"), (day(10), "10001"),
        customfield_10010={"value": "High"}, customfield_10011="CWE-79", components=[{"name": "checkout"}],
        customfield_10013="2026-01-15",
    )  # fmt: skip
    with served(site.answer) as tool:
        done = synced(connected(tool, site), waiting)
    assert (done.outcome, done.said, tool.wrong) == ("done", "", [])
    found = record()
    assert (found.severity, found.cwe, found.service.name, found.source) == (3, "CWE-79", "checkout", "Jira")
    assert (found.state, found.identified_at, found.triaged_at) == ("confirmed", day(0), day(2))
    assert found.mitigated_at == day(10)
    assert found.introduced_at == datetime(2026, 1, 15, tzinfo=UTC)
    assert found.ticket_url == f"{tool.address}/browse/SEC-1"
    # Five days and one; not the ten from first to last.
    assert (found.attributes["open_days"], found.attributes["reopenings"]) == (6, 1)
    page = browser_of(organisation.max).get(f"/vulnerabilities/{found.pk}/").content.decode()
    assert "Reopened 1 time." in page
    # The history names the connector, and not only a file that nobody has seen.
    assert "· t: SEC.jsonl" in page


def test_its_history_is_as_it_was_so_that_any_day_of_the_past_can_be_asked(connector, site, waiting):
    from throughline.engine.vulnerabilities import fold, status
    from throughline.vulnerabilities.bulk import histories, unlike_their_history

    site.add(day(0), (day(2), "3"), (day(5), "10001"), (day(9), "4"))
    synced(connector, waiting)

    def known(number: float) -> str:
        at = day(0) + timedelta(days=number)
        then = fold(histories([record().pk])[record().pk], known_at=at)
        return status(then, at=f"{at:%Y-%m-%dT%H:%M:%SZ}") + f" {then['state']}"

    assert [known(n) for n in (1, 3, 6, 8, 12)] == [
        "open potential", "open confirmed", "mitigated confirmed", "mitigated confirmed", "open confirmed",
    ]  # fmt: skip
    assert list(unlike_their_history()) == []


def test_the_second_sync_asks_for_what_is_new_and_touches_only_what_changed(connector, site, jira, waiting):
    from throughline.vulnerabilities.bulk import unlike_their_history
    from throughline.vulnerabilities.models import Event

    for number in range(5):
        site.add(day(number), (day(number + 5), "10001"))
    synced(connector, waiting)
    before = Event.objects.count()
    waiting.sleep(3600)
    site.now = waiting.at
    site.issues[2].move(waiting.at - timedelta(minutes=30), "4")
    site.issues[2].move(waiting.at - timedelta(minutes=20), "10001")
    connector.refresh_from_db()
    done = synced(connector, waiting)
    assert done.counts["read"] == done.counts["updated"] == 1
    assert "updated >= -70m" in jira.asked[-2].body["jql"]
    # Reopened, closed again, and what follows of both.
    assert Event.objects.count() == before + 3
    assert record("SEC-3").attributes["reopenings"] == 1
    assert done.changes[0]["changes"]["reopenings"] == ["0", "1"]
    assert list(unlike_their_history()) == []


def test_an_index_that_lags_loses_nothing(connector, site, waiting):
    site.add(day(0))
    synced(connector, waiting)
    # A minute before the next sync it moves, and the index does not know it yet.
    waiting.sleep(600)
    site.issues[0].move(waiting.at - timedelta(minutes=1), "10001")
    site.now, site.lag = waiting.at, timedelta(minutes=5)
    connector.refresh_from_db()
    synced(connector, waiting)
    assert record().mitigated_at is None
    waiting.sleep(600)
    site.now = waiting.at
    connector.refresh_from_db()
    synced(connector, waiting)
    assert record().mitigated_at == site.issues[0].updated


def test_a_status_that_is_renamed_means_what_it_meant_and_a_new_one_is_told(connector, site, waiting):
    from throughline.connectors.actions import keep_mapping
    from throughline.connectors.kinds.jira.tool import settled
    from throughline.connectors.syncing import asking_of

    site.add(day(0), (day(1), "10002"))
    with asking_of(connector, {"token": "good-token"}) as asking:
        mapping = settled(asking, connector.settings)
    keep_mapping("test", connector, mapping.document(), now=NOW)
    site.statuses["10002"] = ("Erledigt", "done")
    synced(connector, waiting)
    assert record().state == "false positive"
    site.statuses["10009"] = ("On hold", "indeterminate")
    site.issues[0].move(day(3), "10009")
    connector.refresh_from_db()
    done = synced(connector, waiting, whole=True)
    assert record().state == "confirmed"
    assert "'On hold' of SEC/10004 has no meaning yet: it is taken as 'confirmed/open'" in done.notices


def test_pages_are_read_to_the_end_and_a_killed_sync_goes_on_without_a_gap(connector, site, jira, waiting):
    from throughline.vulnerabilities.models import Vulnerability

    site.page = 20
    site.changes = 7
    for number in range(130):
        site.add(day(0), (day(1 + number % 9), "10001"), (day(20), "4"))
    good = jira.answer
    jira.answer = lambda asked: good(asked) if site.searched < 3 else Answered({}, 500)
    assert synced(connector, waiting).outcome == "failed"
    assert Vulnerability.objects.count() == 0
    jira.answer = good
    asked = len(jira.asked)
    done = synced(connector, waiting)
    assert (done.outcome, done.counts["created"], done.fetched) == ("done", 130, 130)
    assert sum(each.path.endswith("/search/jql") for each in jira.asked[asked:]) == 5
    assert set(Vulnerability.objects.values_list("key", flat=True)) == {f"SEC-{n}" for n in range(1, 131)}
    assert not Vulnerability.objects.exclude(attributes__reopenings=1).exists()


def test_a_token_that_expired_meanwhile_begins_the_listing_anew(connector, site, jira, waiting):
    site.page = 20
    for _ in range(50):
        site.add(day(0))
    good = jira.answer
    jira.answer = lambda asked: good(asked) if site.searched < 2 else Answered({}, 500)
    assert synced(connector, waiting).outcome == "failed"
    jira.answer = good
    site.tokens.clear()
    assert synced(connector, waiting).counts["created"] == 50


def test_a_token_that_comes_again_is_refused(connector, site, waiting):
    site.page, site.repeats = 20, True
    for _ in range(50):
        site.add(day(0))
    assert "same page token twice" in synced(connector, waiting).said


def test_data_center_is_paged_by_key_beyond_what_its_search_counts(listed, waiting):
    from throughline.vulnerabilities.models import Vulnerability

    site = JiraSite(now=NOW, is_cloud=False, page=20)
    for _ in range(70):
        site.add(day(0))
    with served(site.answer) as tool:
        done = synced(connected(tool, site), waiting)
    assert (done.counts["created"], Vulnerability.objects.count()) == (70, 70)
    assert tool.asked[-1].body["startAt"] == 0
    assert tool.wrong == []


def test_the_connection_says_what_works_and_what_is_wrong(connector, site):
    from throughline.connectors.trying import tried

    site.add(day(0), (day(1), "3"))
    said = [each.said for each in tried(connector)]
    assert said == [
        "127.0.0.1 knows the token: it is Throughline bot.",
        "SEC (Security) can be seen; its issues are Bug, Task.",
        "SEC: 1 issues can be read, with 1 changes.",
    ]
    connector.settings["projects"] = ["NO"]
    assert "No project could be found with key 'NO'" in tried(connector)[1].said
    site.token = "another"
    wrong = tried(connector)[0]
    assert (wrong.is_good, wrong.said[:32]) == (False, "127.0.0.1 refuses the token: it ")
    assert wrong.mend == "Cloud signs in with the e-mail of the account and its API token: check both."


def test_a_cloud_that_is_taken_for_data_center_says_so(listed, waiting):
    from throughline.connectors.trying import tried

    site = JiraSite(now=NOW)
    with served(site.answer) as tool:
        found = connected(tool, JiraSite(now=NOW, is_cloud=False))
        failed = synced(found, waiting)
        wrong = tried(found, clock=waiting.clock)[0]
    assert (failed.outcome, failed.said[:32]) == ("failed", "127.0.0.1 refuses the token: it ")
    assert (wrong.is_good, wrong.mend[:51]) == (
        False, "Data Center signs in with a personal access token: ",
    )  # fmt: skip


def test_what_cannot_be_read_is_left_out_or_empty_and_said(connector, site, waiting):
    site.add(day(0), customfield_10010={"value": "Spicy"})
    done = synced(connector, waiting)
    assert record().severity is None
    assert any("SEC-1: its severity says 'Spicy'" in notice for notice in done.notices)


def test_an_issue_that_was_deleted_is_gone_after_everything_was_read_anew(connector, site, waiting):
    site.add(day(0))
    site.add(day(0))
    synced(connector, waiting)
    connector.refresh_from_db()
    assert synced(connector, waiting).counts.get("vanished", 0) == 0
    site.issues.pop()
    waiting.sleep(60)
    done = synced(connector, waiting, whole=True)
    assert done.counts["vanished"] == 1
    assert record("SEC-2").vanished_at is not None


def test_the_page_of_fields_and_statuses_begins_with_what_names_suggest_and_shows_real_issues(
    connector, site, organisation, browser_of
):
    site.add(day(0), (day(1), "10002"), customfield_10010={"value": "High"})
    site.add(NOW - timedelta(days=3), (NOW - timedelta(days=2), "10001"), customfield_10010={"value": "Low"})
    max, address = browser_of(organisation.max), f"/connectors/{connector.pk}/mapping/"
    page = max.get(address).content.decode()
    assert '<option value="customfield_10010" selected>Severity</option>' in page
    assert '<option value="false positive/closed" selected>' in page
    chosen = {"field-severity": "customfield_10010", "status-SEC-10004-1": "potential/open"}
    chosen |= {f"status-SEC-10004-{id}": "confirmed/open" for id in ("3", "4", "10002")}
    chosen["status-SEC-10004-10001"] = "out of scope/closed"
    page = max.post(address, chosen).content.decode()
    assert '<td data-label="Is">Closed: out of scope</td>' in page
    connector.refresh_from_db()
    assert connector.settings["mapping"] == {}
    kept = max.post(address, {**chosen, "keep": "1"})
    assert kept.status_code == 302
    assert "Kept. The next sync reads everything by it." in max.get(kept.url).content.decode()
    connector.refresh_from_db()
    assert connector.settings["mapping"]["statuses"]["SEC/10004"]["10001"] == "out of scope/closed"
    assert connector.settings["mapping"]["fields"] == {"severity": "customfield_10010"}
    wrong = max.post(address, {**chosen, "field-severity": "customfield_9"})
    assert (wrong.status_code, "Jira has no field" in wrong.content.decode()) == (422, True)


def test_a_key_result_on_a_tracker_goes_from_its_measured_baseline_to_its_verdict(connector, site, waiting):
    from throughline.objectives.actions import add_key_result
    from throughline.objectives.documents import document
    from throughline.objectives.queries import stand_of

    for number in range(10):
        created = NOW - timedelta(days=100 - number)
        moves = [(NOW - timedelta(days=30 - number), "10001")] if number % 2 else []
        site.add(created, (created + timedelta(days=1), "3"), *moves)
    synced(connector, waiting)
    promise = {
        "metric": "known_open_average",
        "baseline": "measured",
        "target": "-20%",
        "title": "Fewer tickets",
    }
    start, due = (f"{NOW - timedelta(days=days):%Y-%m-%d}" for days in (45, 1))
    made = add_key_result("test", now=waiting.at, **promise, owner="Mia", start=start, due=due)
    # It is due already, so it is graded as it is made: the history knew the days before its start.
    found = document(stand_of(made, now=waiting.at))
    assert (found["verdict"], found["baseline"]) == ("hit", 10)


def test_a_risk_was_accepted_on_the_day_on_which_the_tracker_says_so(connector, site, waiting):
    from throughline.engine.vulnerabilities import fold
    from throughline.vulnerabilities.bulk import histories, unlike_their_history

    site.statuses["10009"] = ("Risk accepted", "done")
    site.add(day(0), (day(2), "3"), (day(5), "10009"))
    site.add(day(0), (day(2), "3"))
    synced(connector, waiting)
    assert record().accepted_at == day(5)
    then = fold(histories([record().pk])[record().pk], known_at=day(6))
    assert then["accepted_at"] == f"{day(5):%Y-%m-%dT%H:%M:%SZ}"
    waiting.sleep(3600)
    site.now, moved = waiting.at, waiting.at - timedelta(minutes=30)
    site.issues[1].move(moved, "10009")
    connector.refresh_from_db()
    synced(connector, waiting)
    assert record("SEC-2").accepted_at == moved
    assert list(unlike_their_history()) == []


def test_severities_of_ones_own_are_guessed_by_number_told_once_and_chosen_on_the_page(
    connector, site, waiting, organisation, browser_of
):
    for word in ("Sev1", "Sev1", "Spicy", "Spicy", "Medium"):
        site.add(NOW - timedelta(days=3), customfield_10010={"value": word})
    done = synced(connector, waiting)
    assert [record(f"SEC-{n}").severity for n in range(1, 6)] == [4, 4, None, None, 2]
    assert [notice for notice in done.notices if "Sev1" in notice] == [
        "severity 'Sev1' has no meaning yet: it is taken as 'critical'"
    ]
    assert sum("Spicy" in notice for notice in done.notices) == 1
    max, address = browser_of(organisation.max), f"/connectors/{connector.pk}/mapping/"
    page = max.get(address).content.decode()
    assert ('<option value="critical" selected>' in page, "its severity says &#x27;Spicy&#x27;" in page) == (
        True, True,
    )  # fmt: skip
    chosen = {"field-severity": "customfield_10010", "status-SEC-10004-1": "potential/open"}
    words = {"severity-sev1": "high", "severity-spicy": "low"}
    assert max.post(address, {**chosen, "severity-spicy": "very", "keep": "1"}).status_code == 422
    assert max.post(address, {**chosen, **words, "keep": "1"}).status_code == 302
    connector.refresh_from_db()
    synced(connector, waiting)
    assert [record(f"SEC-{n}").severity for n in (1, 3, 5)] == [3, 1, 2]


def test_an_issue_that_is_listed_under_two_projects_is_read_once_and_said(connector, site, jira, waiting):
    good = jira.answer

    jira.answer = lambda asked: good(replace(asked, content=asked.content.replace(b"APP", b"SEC")))
    site.add(day(0))
    mapping = {"statuses": {"SEC/10004": {"1": "potential/open"}}}
    connector.settings |= {"projects": ["SEC", "APP"], "mapping": mapping}
    connector.save()
    done = synced(connector, waiting)
    assert (done.said, done.counts["created"]) == ("", 1)
    assert "SEC-1 is listed under SEC and under APP: it is read once, under SEC" in done.notices
