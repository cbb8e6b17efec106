"""Snyk: links that are paths, organisations, ignored and resolved issues."""

from __future__ import annotations

import pytest
from tests.connectors.fakes import snyk
from tests.connectors.scanners import LATER, before, connected, said, synced, told

pytestmark = pytest.mark.django_db
TOKEN = {"token": ""}


@pytest.fixture
def fake(listed):
    found = snyk.Snyk()
    found.issues = [
        snyk.issue(1, before(1)),
        snyk.issue(2, before(2), ignored=True, project="p-2"),
        snyk.issue(3, before(3), status="resolved", resolution={"resolved_at": "2026-02-01T00:00:00Z"}),
        snyk.issue(4, before(4), type="license"),
        snyk.issue(5, before(5), project="p-3"),
    ]
    return found


@pytest.fixture
def connector(fake):
    with connected("snyk", fake, {"organisations": snyk.ORGANISATION, "service": "{name}"}, TOKEN) as found:
        yield found


def test_ignored_issues_are_accepted_resolved_ones_dated_and_licences_left_out(connector, waiting):
    from throughline.vulnerabilities.models import Vulnerability

    assert told(synced(connector, waiting)) == {"created": 4}
    found = {each.vulnerability_ids[0][-1]: each for each in Vulnerability.objects.all()}
    assert found["2"].state == "accepted"
    assert f"{found['3'].mitigated_at:%Y-%m-%d}" == "2026-02-01"


def test_issues_are_of_the_repositories_of_their_projects_whatever_branch_and_file(connector, waiting):
    from throughline.sources.models import Feed

    synced(connector, waiting)
    assert sorted(Feed.objects.values_list("scope", "service")) == [("shop/api", "api"), ("shop/web", "web")]


def test_pages_are_followed_whether_their_links_begin_with_rest_or_not(fake, connector, waiting):
    synced(connector, waiting)
    within = f"/rest/orgs/{snyk.ORGANISATION}"
    assert fake.paths() == [*[f"{within}/projects"] * 2, *[f"{within}/issues"] * 3]


def test_only_what_changed_is_asked_for_and_the_projects_of_that(fake, connector, waiting):
    synced(connector, waiting)
    fake.issues[0]["attributes"] |= {"ignored": True, "updated_at": said(LATER)}
    fake.issues.append(snyk.issue(6, said(LATER), project="p-gone"))
    begun = len(fake.asked)
    assert told(synced(connector, waiting, hours=2)) == {"created": 1, "updated": 1}
    issues, *projects = fake.asked[begun:]
    assert issues.query["updated_after"] < said(LATER)
    assert [each.path.rpartition("/")[2] for each in projects] == ["p-1", "p-gone"]


def test_a_cursor_that_repeats_is_refused(fake, connector, waiting):
    fake.repeats = True
    assert "the same page token twice" in synced(connector, waiting).said


def test_an_organisation_that_is_not_there_is_said(fake, waiting):
    with connected("snyk", fake, {"organisations": "nobody"}, TOKEN) as connector:
        failed = synced(connector, waiting)
    assert "does not know what was asked for" in failed.said
    assert "Org not found" in failed.said
