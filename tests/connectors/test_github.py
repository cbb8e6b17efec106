"""GitHub: three scanners, repositories and organisations, secrets that nobody sees."""

from __future__ import annotations

import io
import json
import logging

import pytest
from tests.connectors.fakes import github
from tests.connectors.fakes.tool import Answered
from tests.connectors.scanners import LATER, before, connected, said, synced, told

pytestmark = pytest.mark.django_db
TOKEN = {"token": ""}


@pytest.fixture
def fake(listed):
    found = github.GitHub()
    found.alerts["code-scanning"] = [github.code_alert(number, before(number)) for number in (1, 2, 3)]
    found.alerts["dependabot"] = [
        github.dependabot_alert(1, before(1)),
        github.dependabot_alert(1, before(2), repository="shop/web"),
        github.dependabot_alert(2, before(3), repository="other/web"),
    ]
    found.alerts["secret-scanning"] = [github.secret_alert(1, before(1))]
    return found


@pytest.fixture
def organisation(fake):
    with connected("github", fake, {"repositories": "shop", "service": "{name}"}, TOKEN) as found:
        yield found


def test_an_organisation_is_read_repository_by_repository(organisation, waiting):
    from throughline.sources.models import Feed
    from throughline.vulnerabilities.models import Vulnerability

    assert told(synced(organisation, waiting)) == {"created": 6}
    assert sorted(Feed.objects.values_list("name", "scope", "service")) == [
        ("GitHub Dependabot", "shop/api", "api"),
        ("GitHub Dependabot", "shop/web", "web"),
        ("GitHub code scanning", "shop/api", "api"),
        ("GitHub secret scanning", "shop/api", "api"),
    ]
    assert set(Vulnerability.objects.values_list("service__name", flat=True)) == {"api", "web"}


def test_only_what_changed_is_read_again_and_a_new_alert_is_not_taken_for_one_like_it(
    fake, organisation, waiting
):
    from throughline.vulnerabilities.models import Vulnerability

    synced(organisation, waiting)
    # The same rule in the same file as three that nobody touched.
    fake.alerts["code-scanning"].append(github.code_alert(9, said(LATER)))
    begun = len(fake.asked)
    assert told(synced(organisation, waiting, hours=2)) == {"created": 1}
    assert len(fake.asked) - begun == 3
    assert Vulnerability.objects.filter(rule="js/xss").count() == 4


@pytest.mark.parametrize("hides", [True, False], ids=["hidden", "older server"])
def test_no_secret_is_asked_for_stored_logged_or_exported(
    fake, organisation, waiting, hides, tmp_path, caplog
):
    from django.db import connection

    fake.hides = hides
    log = io.StringIO()
    logging.getLogger().addHandler(handler := logging.StreamHandler(log))
    done = synced(organisation, waiting)
    logging.getLogger().removeHandler(handler)
    asked = [each.query for each in fake.asked if "secret-scanning" in each.path]
    assert asked
    assert all(query["hide_secret"] == "true" for query in asked)
    assert done.outcome == "done"
    dump = "\n".join(_everything(connection)) + log.getvalue() + caplog.text
    assert "GitHub Personal Access Token" in dump
    for secret in (github.SECRET, fake.token):
        assert secret not in dump
    files = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    assert [content for content in files if github.SECRET.encode() in content] == []


def _everything(connection):
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT * FROM "{table}"')
            yield from (repr(row) for row in cursor.fetchall())


def test_a_pull_that_is_killed_keeps_no_secret_in_its_pages(fake, organisation, waiting, tmp_path):
    fake.hides = False
    fake.size = 1
    fake.alerts["secret-scanning"] += [github.secret_alert(2, before(5), note=f"was {github.SECRET}")]
    # The last of the requests that there are.
    fake.revoked_at = 7
    assert synced(organisation, waiting).outcome == "failed"
    kept = b"".join(path.read_bytes() for path in (tmp_path / "connectors").rglob("*") if path.is_file())
    assert b"github_personal_access_token" in kept
    assert github.SECRET.encode() not in kept


def test_dismissals_and_revocations_are_judgements_with_their_reason(fake, waiting):
    from throughline.vulnerabilities.models import Vulnerability

    fake.alerts["code-scanning"][0] |= {"state": "dismissed", "dismissed_reason": "false positive"}
    fake.alerts["secret-scanning"][0] |= {
        "state": "resolved",
        "resolution": "revoked",
        "resolved_at": "2026-02-01T00:00:00Z",
    }
    with connected("github", fake, {"repositories": "shop/api"}, TOKEN) as connector:
        synced(connector, waiting)
    assert Vulnerability.objects.get(line=1).state == "false positive"
    revoked = Vulnerability.objects.get(kind="secret")
    assert (revoked.state, f"{revoked.mitigated_at:%Y-%m-%d}") == ("confirmed", "2026-02-01")


def test_a_scanner_that_nobody_turned_on_is_said_and_hinders_nothing(fake, organisation, waiting):
    from throughline.connectors.trying import tried

    fake.off = {"code-scanning"}
    done = synced(organisation, waiting)
    assert told(done) == {"created": 3}
    assert done.notices == ["code-scanning shop: it is not turned on there, and was not read"]
    checks = tried(organisation, clock=waiting.clock)
    assert [(each.is_good, each.is_note) for each in checks] == [(True, True), (True, False), (True, False)]
    fake.off = set()
    assert told(synced(organisation, waiting, hours=1)) == {"created": 3}


def test_a_right_that_is_missing_ends_the_sync_with_its_name(fake, organisation, waiting):
    fake.instead = {1: Answered({"message": "Resource not accessible by personal access token"}, 403)}
    failed = synced(organisation, waiting)
    assert failed.outcome == "failed"
    assert "does not let this token do that" in failed.said
    assert "Resource not accessible" in failed.said


def test_the_limit_that_github_says_with_403_is_waited_for(fake, organisation, waiting):
    until = str(int(waiting.at.timestamp()) + 30)
    spent = {"x-ratelimit-remaining": "0", "x-ratelimit-reset": until}
    fake.instead = {1: Answered({"message": "API rate limit exceeded"}, 403, spent)}
    assert synced(organisation, waiting).outcome == "done"
    assert sum(waiting.slept) >= 30


def test_a_listing_that_goes_in_a_circle_is_refused(fake, organisation, waiting):
    fake.size = 1
    fake.repeats = True
    failed = synced(organisation, waiting)
    assert failed.outcome == "failed"
    assert "the same page token twice" in failed.said


def test_a_link_to_another_host_gets_no_token(fake, organisation, waiting):
    link = {"link": '<https://elsewhere.example/alerts>; rel="next"'}
    fake.instead = {1: Answered([github.code_alert(1, before(1))], 200, link)}
    failed = synced(organisation, waiting)
    assert "sends on to another host" in failed.said


def test_once_a_week_everything_is_read_and_what_is_gone_twice_has_vanished(fake, organisation, waiting):
    synced(organisation, waiting)
    del fake.alerts["code-scanning"][0]
    assert told(synced(organisation, waiting, hours=24)).keys() <= {"unchanged"}
    assert synced(organisation, waiting, hours=7 * 24).counts["missed"] == 1
    assert synced(organisation, waiting, hours=7 * 24).counts["vanished"] == 1


def test_a_server_of_ones_own_is_asked_below_its_path(fake, waiting):
    with connected("github", fake, {"repositories": "shop/api"}, TOKEN) as connector:
        connector.settings = {**connector.settings, "address": f"{fake.address}/api/v3"}
        connector.save()
        assert told(synced(connector, waiting)) == {"created": 5}
    assert json.dumps(fake.paths()).count("/api/v3/repos/shop/api/") == len(fake.asked)
