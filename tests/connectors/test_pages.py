"""The pages of connectors: from an address and a token to records, and what is said when it fails."""

from __future__ import annotations

import pytest
from tests.connectors.fakes.tool import Answered

pytestmark = pytest.mark.django_db
GIVEN = {"name": "Figures", "token": "good-token", "schedule": "hour", "team": ""}


@pytest.fixture
def max(organisation, browser_of):
    return browser_of(organisation.max)


def connected(max, tool, **given):
    from throughline.connectors.models import Connector

    max.post("/connectors/new/numbers/", {**GIVEN, "address": tool.address, **given})
    return Connector.objects.get()


def at_work():
    """Let the worker do what waits."""
    from datetime import UTC, datetime
    from threading import Event

    from throughline.jobs import queue
    from throughline.jobs.worker import run

    while (job := queue.claim(now=datetime.now(UTC))) is not None:
        run(job, Event())


def test_a_tool_is_connected_tried_and_read_and_the_page_says_what_came_of_it(max, tool):
    from throughline.vulnerabilities.models import Vulnerability

    assert "No tool is connected yet" in max.get("/connectors/").content.decode()
    connector = connected(max, tool)
    address = f"/connectors/{connector.pk}/"
    assert "3 rows can be read." in max.post(f"{address}check/").content.decode()
    assert max.post(f"{address}sync/").url.startswith("/jobs/")
    assert "Waiting for its turn" in max.get(address).content.decode()
    at_work()
    assert Vulnerability.objects.count() == 10
    page = max.get(address).content.decode()
    assert "10 new." in page
    assert "good-token" not in page
    assert "Figures" in max.get("/sources/").content.decode()
    assert max.get(f"{address[:-1]}.json").json()["syncs"][0]["counts"]["created"] == 10
    assert b"".join(max.get(f"{address[:-1]}.csv").streaming_content).count(b"done") == 1


def test_a_dry_run_has_a_page_of_its_own_with_the_difference(max, tool):
    connector = connected(max, tool)
    max.post(f"/connectors/{connector.pk}/sync/", {"dry": "1"})
    at_work()
    page = max.get(f"/connectors/syncs/{connector.syncs.get().pk}/").content.decode()
    assert "What would change" in page
    assert "N-0" in page


def test_what_is_wrong_with_a_setting_stands_beside_it_and_a_token_is_never_shown_again(max, tool):
    answer = max.post("/connectors/new/numbers/", {**GIVEN, "address": "http://10.0.0.1"})
    assert answer.status_code == 422
    assert "begin the address with https://" in answer.content.decode()
    connector = connected(max, tool)
    assert "good-token" not in max.get(f"/connectors/{connector.pk}/").content.decode()
    # Saved without typing the token again, it stays.
    given = {**GIVEN, "token": "", "name": "Other", "address": tool.address}
    assert max.post(f"/connectors/{connector.pk}/", given).status_code == 302
    assert "can be read" in max.post(f"/connectors/{connector.pk}/check/").content.decode()


def test_a_failure_is_on_the_page_with_the_way_on(max, tool):
    connector = connected(max, tool)
    good = tool.answer
    tool.answer = lambda asked: good(asked) if asked.query["page"] == "0" else Answered({}, 401)
    max.post(f"/connectors/{connector.pk}/sync/")
    at_work()
    page = max.get(f"/connectors/{connector.pk}/").content.decode()
    assert "refuses the token" in page
    assert "Go on" in page
    assert "3 records are kept" in page


def test_a_sample_is_looked_at_and_let_go(max, tool):
    connector = connected(max, tool)
    tool.next = [Answered(content=b"<html>maintenance</html>")]
    max.post(f"/connectors/{connector.pk}/sync/")
    at_work()
    assert "maintenance" in max.get(f"/connectors/{connector.pk}/").content.decode()
    max.post(f"/connectors/quarantine/{connector.quarantined.get().pk}/", {"decision": "discarded"})
    assert "maintenance" not in max.get(f"/connectors/{connector.pk}/").content.decode()


def test_a_connector_is_removed_with_its_secrets_and_what_it_brought_in_stays(max, tool):
    from throughline.connectors.models import Connector
    from throughline.outbound.models import Secret
    from throughline.vulnerabilities.models import Vulnerability

    connector = connected(max, tool)
    max.post(f"/connectors/{connector.pk}/sync/")
    at_work()
    max.post(f"/connectors/{connector.pk}/remove/")
    assert (Connector.objects.count(), Secret.objects.count(), Vulnerability.objects.count()) == (0, 0, 10)
