"""Sources that name one vulnerability by different ids: linked by any that they share, and taken apart."""

from __future__ import annotations

import io
import json
from datetime import timedelta

import pytest
from tests.sources.scans.test_linking import DAY, put_in, trivy, when

from throughline.audit.models import Entry
from throughline.sources.actions import import_file
from throughline.sources.models import Finding, Joining
from throughline.sources.scans.joining import split
from throughline.sources.scans.proof import differences
from throughline.sources.wishes import Wish
from throughline.vulnerabilities import bulk
from throughline.vulnerabilities.actions import triage
from throughline.vulnerabilities.models import Event, Vulnerability

pytestmark = pytest.mark.django_db

CVE, GHSA = "CVE-2021-23337", "GHSA-35jh-r3h4-6jhm"


@pytest.fixture(autouse=True)
def every_row_follows_from_its_history():
    yield
    assert list(bulk.unlike_their_history()) == []
    assert list(differences()) == []


@pytest.fixture
def ada(django_user_model):
    return django_user_model.objects.create_user("ada@example.org", "Ada", role="manager")


def grype(*named, day=0, image="shop/api:2", component="lodash"):
    """A report in which each finding has an id and further ones."""
    found = [
        {
            "vulnerability": {"id": id, "severity": "High"},
            "relatedVulnerabilities": [{"id": other} for other in others],
            "artifact": {
                "name": component,
                "version": "4.17.4",
                "type": "npm",
                "locations": [{"path": "/app/package-lock.json"}],
            },
        }
        for id, *others in named
    ]
    source = {"type": "image", "target": {"userInput": image}}
    return {"matches": found, "source": source, "descriptor": {"name": "grype", "timestamp": when(day)}}


def standing():
    return Vulnerability.objects.exclude(state="duplicate")


def test_a_source_that_names_the_advisory_of_github_alone_is_linked_to_one_that_names_both():
    put_in(grype((GHSA, CVE)), source="both")
    assert put_in(grype((GHSA,), day=1), day=1, source="github") == {"linked": 1}
    assert put_in(trivy(CVE, day=2), day=2) == {"linked": 1}
    assert Vulnerability.objects.get().identified_at == DAY


def test_an_id_that_a_later_report_adds_makes_two_vulnerabilities_one():
    put_in(grype((GHSA,)), source="github")
    put_in(trivy(CVE, day=1), day=1)
    assert Vulnerability.objects.count() == 2
    assert put_in(grype((GHSA, CVE), day=2), day=2, source="github") == {"linked": 1}
    found = standing().get()
    assert (found.identified_at, found.findings.count()) == (DAY, 2)
    assert sorted(found.vulnerability_ids) == [CVE, GHSA]
    assert Joining.objects.get().why == "another id that a source gives it names both"
    assert Entry.objects.get(action="merge").detail["count"] == 1


def test_the_earlier_discovery_wins_whichever_of_the_two_learns_the_id():
    put_in(trivy(CVE))
    put_in(grype((GHSA,), day=1), day=1, source="github")
    put_in(grype((GHSA, CVE), day=2), day=2, source="github")
    assert standing().get().identified_at == DAY


def test_a_third_source_that_names_both_ids_makes_the_two_others_one():
    put_in(trivy(CVE))
    put_in(grype((GHSA,), day=1), day=1, source="github")
    assert put_in(grype((GHSA, CVE), day=2), day=2, source="both") == {"linked": 1}
    assert standing().get().findings.count() == 3


def test_a_join_by_a_later_id_is_taken_back_on_the_page_and_stays_taken_back(ada):
    put_in(grype((GHSA,)), source="github")
    put_in(trivy(CVE, day=1), day=1)
    before = list(
        Vulnerability.objects.order_by("id").values("state", "identified_at", "vulnerability_ids", "pinned")
    )
    put_in(grype((GHSA, CVE), day=2), day=2, source="github")
    split(ada, Finding.objects.get(feed__name="Trivy").pk, now=DAY + timedelta(days=3))
    after = list(
        Vulnerability.objects.order_by("id").values("state", "identified_at", "vulnerability_ids", "pinned")
    )
    assert after[1] == before[1]
    assert (after[0]["state"], after[0]["identified_at"]) == ("potential", DAY)
    assert put_in(grype((GHSA, CVE), day=4), day=4, source="github") == {"unchanged": 1}
    assert standing().count() == 2


def test_ids_that_several_flaws_have_join_no_two_that_a_source_tells_apart():
    put_in(trivy("CVE-2021-23337", "CVE-2020-8203"))
    advisory = "RHSA-2021:0001"
    put_in(grype((advisory,), day=1), day=1, source="vendor")
    put_in(grype((advisory, "CVE-2021-23337", "CVE-2020-8203"), day=2), day=2, source="vendor")
    assert Vulnerability.objects.exclude(state="duplicate").count() == 3


def test_an_advisory_about_two_cves_links_neither_to_the_other():
    advisory = "RHSA-2021:0001"
    put_in(grype(("CVE-2021-23337", advisory)), source="one")
    assert put_in(grype(("CVE-2020-8203", advisory), day=1), day=1, source="other") == {"created": 1}


def test_what_was_decided_otherwise_in_both_stays_apart_and_is_told(ada):
    put_in(grype((GHSA,)), source="github")
    put_in(trivy(CVE, day=1), day=1)
    first, second = Vulnerability.objects.order_by("id")
    triage(ada, [first.pk], "false positive", reason="not reached", now=DAY + timedelta(days=1, hours=1))
    triage(ada, [second.pk], "confirmed", now=DAY + timedelta(days=1, hours=1))
    content = io.BytesIO(json.dumps(grype((GHSA, CVE), day=2)).encode())
    wish, now = Wish(full=True, source="github"), DAY + timedelta(days=2)
    result = import_file(content, name="g.json", wish=wish, actor="tests", now=now)
    assert "decided otherwise there" in result.notices[0]
    assert standing().count() == 2


def test_a_decision_about_one_of_two_that_an_id_joins_holds_for_the_one_that_stays(ada):
    put_in(grype((GHSA,)), source="github")
    put_in(trivy(CVE, day=1), day=1)
    second = Vulnerability.objects.get(vulnerability_ids=[CVE])
    triage(ada, [second.pk], "accepted", reason="small", now=DAY + timedelta(days=1, hours=1))
    put_in(grype((GHSA, CVE), day=2), day=2, source="github")
    kept = standing().get()
    assert (kept.state, kept.state_reason, "state" in kept.pinned) == ("accepted", "small", True)


def test_a_vulnerability_has_the_ids_of_all_that_see_it():
    put_in(grype((GHSA,)), source="github")
    put_in(grype((GHSA, CVE), day=1), day=1, source="both")
    assert sorted(Vulnerability.objects.get().vulnerability_ids) == [CVE, GHSA]
    assert Event.objects.filter(action="named").count() == 1


def test_an_id_that_a_report_takes_back_links_nothing_any_more():
    put_in(grype((CVE, GHSA)), source="github")
    put_in(grype((CVE,), day=1), day=1, source="github")
    assert put_in(grype((GHSA,), day=2), day=2, source="other") == {"created": 1}
