"""GitLab: errors that come with 200, versions that lack fields, and what did not change stored once a day."""

from __future__ import annotations

import pytest
from tests.connectors.fakes import gitlab
from tests.connectors.fakes.tool import Answered
from tests.connectors.scanners import connected, synced, told

pytestmark = pytest.mark.django_db
TOKEN = {"token": ""}


@pytest.fixture
def fake(listed):
    found = gitlab.GitLab()
    found.vulnerabilities = [
        gitlab.vulnerability(1),
        gitlab.vulnerability(2, project="shop/web"),
        gitlab.vulnerability(3, state="DISMISSED", stateComment="False positive", falsePositive=False),
    ]
    return found


@pytest.fixture
def group(fake):
    with connected("gitlab", fake, {"paths": "shop", "service": "{name}"}, TOKEN) as found:
        yield found


def test_a_group_is_read_project_by_project_and_the_reason_of_a_dismissal_counts(fake, group, waiting):
    from throughline.sources.models import Feed
    from throughline.vulnerabilities.models import Vulnerability

    assert told(synced(group, waiting)) == {"created": 3}
    assert sorted(Feed.objects.values_list("scope", "service")) == [("shop/api", "api"), ("shop/web", "web")]
    dismissed = Vulnerability.objects.get(line=3)
    assert (dismissed.state, dismissed.attributes.get("likely_false_positive")) == ("false positive", None)


def test_a_project_of_which_nothing_changed_is_not_stored_again_within_a_day(fake, group, waiting):
    from throughline.sources.models import Import

    synced(group, waiting)
    fake.vulnerabilities[1]["state"] = "CONFIRMED"
    assert told(synced(group, waiting, hours=1)) == {"updated": 1}
    assert Import.objects.count() == 3
    synced(group, waiting, hours=24)
    assert Import.objects.count() == 5


def test_what_is_no_longer_listed_is_missed_and_gone_after_the_second_day(fake, group, waiting):
    synced(group, waiting)
    del fake.vulnerabilities[0]
    assert synced(group, waiting, hours=1).counts["missed"] == 1
    assert synced(group, waiting, hours=25).counts["vanished"] == 1


def test_an_error_that_comes_with_200_is_an_error(fake, group, waiting):
    fake.instead = {2: Answered({"errors": [{"message": "Timeout on validation of query"}]})}
    failed = synced(group, waiting)
    assert (failed.outcome, failed.said) == (
        "failed",
        "127.0.0.1 does not answer: Timeout on validation of query.",
    )


def test_fields_that_an_older_version_lacks_are_left_out_and_named(fake, group, waiting):
    fake.gone = {"cvss", "dismissalReason"}
    done = synced(group, waiting)
    assert told(done) == {"created": 3}
    assert done.notices[:3] == [
        f"127.0.0.1 has no {name}: it is an older version"
        for name in ("cvss", "stateTransitions", "dismissalReason")
    ]


def test_a_query_that_is_too_complex_is_asked_in_smaller_pages(fake, group, waiting):
    said = {"errors": [{"message": "Query has complexity of 353, which exceeds max complexity of 250"}]}
    fake.instead = {3: Answered(said)}
    assert told(synced(group, waiting)) == {"created": 3}
    assert [each.body["variables"].get("first") for each in fake.asked[2:4]] == [100, 50]


def test_a_path_that_nobody_sees_is_named(fake, waiting):
    with connected("gitlab", fake, {"paths": "shop/apy"}, TOKEN) as connector:
        failed = synced(connector, waiting)
    assert "has no project or group 'shop/apy', or hides it from this token" in failed.said


def test_a_cursor_that_repeats_is_refused(fake, group, waiting):
    fake.vulnerabilities += [gitlab.vulnerability(number) for number in range(4, 9)]
    fake.repeats = True
    assert "the same page token twice" in synced(group, waiting).said


def test_a_server_below_a_path_of_its_own_is_asked_there(fake, waiting):
    with connected("gitlab", fake, {"paths": "shop/api"}, TOKEN) as connector:
        connector.settings = {**connector.settings, "address": f"{fake.address}/gitlab"}
        connector.save()
        assert told(synced(connector, waiting)) == {"created": 2}
    assert set(fake.paths()) == {"/gitlab/api/graphql"}
