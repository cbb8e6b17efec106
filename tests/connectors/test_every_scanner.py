"""What holds for each scanner's connector: all of it once, then what changed, and nothing lost on the way."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from tests.connectors.fakes.tool import Answered
from tests.connectors.scanners import LATER, SCANNERS, before, connected, said, synced, told

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("listed")]
TOO_FAST = Answered({"message": "slow down"}, 429, {"retry-after": "7"})


@pytest.fixture(params=SCANNERS, ids=lambda scanner: scanner.kind)
def scanner(request):
    return request.param


@pytest.fixture
def fake(scanner):
    return scanner.fake()


@pytest.fixture
def connector(scanner, fake):
    with connected(scanner.kind, fake, scanner.settings, scanner.secrets) as found:
        yield found


def mitigated() -> list:
    from throughline.vulnerabilities.models import Vulnerability

    return [each.mitigated_at for each in Vulnerability.objects.filter(mitigated_at__isnull=False)]


def test_all_comes_once_and_then_what_changed_fixed_on_its_day_and_open_again(
    scanner, fake, connector, waiting
):
    assert told(synced(connector, waiting)) == {"created": 5}
    assert told(synced(connector, waiting, hours=0.5)).keys() <= {"unchanged"}
    scanner.fixes(fake)
    again = synced(connector, waiting, hours=2)
    assert (again.counts["updated"], again.counts["created"], again.counts["missed"]) == (1, 0, 0)
    assert mitigated() == [LATER]
    for name, value in vars(scanner.fake()).items():
        if isinstance(value, list | dict) and name not in ("asked", "wrong", "instead", "exports", "looked"):
            # What is open again was touched just now, as its tool says.
            setattr(fake, name, json.loads(_touched(json.dumps(value))))
    assert synced(connector, waiting, hours=1).counts["updated"] == 1
    assert mitigated() == []


def _touched(text: str) -> str:
    return text.replace(before(3), said(LATER + timedelta(hours=2)))


def test_a_token_that_is_revoked_half_way_is_said_and_nothing_is_lost(scanner, fake, connector, waiting):
    fake.revoked_at = scanner.revoked_at
    failed = synced(connector, waiting)
    assert failed.outcome == "failed"
    assert failed.said.startswith("127.0.0.1 refuses the token: it was revoked")
    assert (failed.fetched > 0, failed.counts) == (True, {})
    fake.revoked_at = None
    done = synced(connector, waiting)
    assert (done.outcome, told(done), done.resumed_from) == ("done", {"created": 5}, failed)


@pytest.mark.parametrize("scanner", [each for each in SCANNERS if each.kind in ("github", "gitlab", "snyk")])
def test_a_cursor_that_expired_meanwhile_is_begun_again_without_a_double(scanner, fake, connector, waiting):
    fake.revoked_at = scanner.revoked_at
    synced(connector, waiting)
    fake.revoked_at, fake.expired = None, True
    assert told(synced(connector, waiting)) == {"created": 5}
    assert not fake.expired


def test_a_tool_that_has_no_time_is_left_alone_as_long_as_it_says(fake, connector, waiting):
    fake.instead = {2: TOO_FAST}
    assert told(synced(connector, waiting)) == {"created": 5}
    assert sum(waiting.slept) >= 9.5


def test_a_connection_is_tried_and_a_wrong_token_named(fake, connector, waiting):
    from throughline.connectors.trying import tried

    assert [check.is_good for check in tried(connector, clock=waiting.clock)] == [True]
    fake.token = "another"
    [wrong] = tried(connector, clock=waiting.clock)
    assert not wrong.is_good
    assert "refuses the token" in wrong.said


def test_an_answer_that_is_no_list_is_kept_aside(scanner, fake, connector, waiting):
    fake.instead = {3 if scanner.kind in ("gitlab", "tenable") else 1: Answered({"data": "closed for today"})}
    failed = synced(connector, waiting)
    assert failed.outcome == "failed"
    assert "closed for today" in connector.quarantined.get().sample
