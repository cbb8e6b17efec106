"""DefectDojo: products, places in a list that becomes shorter, and dates that are doubtful."""

from __future__ import annotations

import pytest
from tests.connectors.fakes import defectdojo
from tests.connectors.scanners import LATER, before, connected, said, synced, told

pytestmark = pytest.mark.django_db
TOKEN = {"token": ""}


@pytest.fixture
def fake(listed):
    found = defectdojo.DefectDojo()
    found.findings = [
        defectdojo.finding(1, before(1)),
        defectdojo.finding(2, before(2), product="Bank", false_p=True, active=False),
        defectdojo.finding(3, before(3), is_mitigated=True, mitigated="2026-02-01T00:00:00Z"),
        defectdojo.finding(4, before(4)),
        defectdojo.finding(5, before(5)),
    ]
    return found


@pytest.fixture
def connector(fake):
    with connected("defectdojo", fake, {"service": "{name}"}, TOKEN) as found:
        yield found


def test_every_product_is_a_scope_and_a_mitigation_is_doubtful(connector, waiting):
    from throughline.sources.models import Feed
    from throughline.vulnerabilities.models import Vulnerability

    assert told(synced(connector, waiting)) == {"created": 5}
    assert sorted(Feed.objects.values_list("scope", "service")) == [("Bank", "Bank"), ("Shop", "Shop")]
    mitigated = Vulnerability.objects.get(file="src/3.py")
    assert f"{mitigated.mitigated_at:%Y-%m-%d}" == "2026-02-01"
    assert mitigated.attributes["mitigated_doubtful"] is True
    assert Vulnerability.objects.get(file="src/2.py").state == "false positive"


def test_within_a_day_only_what_changed_its_status_is_read(fake, connector, waiting):
    synced(connector, waiting)
    fake.findings[3] |= {"risk_accepted": True, "last_status_update": said(LATER)}
    begun = len(fake.asked)
    assert told(synced(connector, waiting, hours=2))["updated"] == 1
    assert [each.query["o"] for each in fake.asked[begun:]] == ["-last_status_update"]
    fake.findings[0] |= {"severity": "Low"}
    assert told(synced(connector, waiting, hours=1)).get("updated") is None
    assert told(synced(connector, waiting, hours=24))["updated"] == 1


def test_a_list_that_becomes_shorter_while_it_is_read_is_begun_again(fake, connector, waiting):
    def the_first_goes():
        fake.findings = fake.findings[1:]
        fake.between = lambda: None

    fake.between = the_first_goes
    done = synced(connector, waiting)
    # The third would have been passed over.
    assert told(done) == {"created": 4}


def test_products_that_are_named_are_asked_for_by_name(fake, waiting):
    from throughline.connectors.trying import tried

    with connected("defectdojo", fake, {"products": "Bank, Typo"}, TOKEN) as connector:
        assert told(synced(connector, waiting)) == {"created": 1}
        good, wrong = tried(connector, clock=waiting.clock)
    assert (good.is_good, wrong.is_good) == (True, False)
    assert wrong.said == "0 findings of Typo can be read."
