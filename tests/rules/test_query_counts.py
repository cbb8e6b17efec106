"""How often a page asks the database: at most twenty times, and not once more where there is more to show."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.organisation import NOW
from tests.rules.access import ROWS
from tests.rules.test_access_table import address_of, ask

MOST = 20
PAGES = [name for name, row in ROWS.items() if row.get]


def queries_of(browser, path: str) -> list[str]:
    # The first time fills what is kept in memory between requests.
    ask(browser, "get", path)
    with CaptureQueriesContext(
        connection,
    ) as captured:
        ask(browser, "get", path)
    return [query["sql"] for query in captured]


@pytest.mark.parametrize("name", PAGES)
def test_no_page_asks_more_than_twenty_times(name, objects, organisation, browser_of):
    asked = queries_of(browser_of(organisation.ada), address_of(name, ROWS[name], objects))
    assert len(asked) <= MOST, "\n".join(asked)


def test_the_thread_beside_six_other_tiles_asks_no_more_than_twenty_times(objects, organisation, browser_of):
    from throughline.dashboards import actions

    board = actions.make(organisation.ada, name="Thread", now=NOW)
    for address in (
        *("/thread/", "/key-results/", f"/key-results/{objects['key_result']}/", "/series/build_minutes/"),
        *("/metrics/?metric=arrivals&by=quarter", "/risk/", "/vulnerabilities/?status=open"),
    ):
        actions.add_tile(organisation.ada, board, actions.Said(address=address), now=NOW)
    asked = queries_of(browser_of(organisation.ada), f"/dashboards/{board.slug}/")
    assert len(asked) <= MOST, "\n".join(asked)


LISTS = ["people", "audit", "services", "vulnerabilities", "key-results", "imports", "home", "metrics"]


@pytest.mark.parametrize("name", LISTS)
def test_a_longer_list_costs_no_more_questions(name, objects, organisation, browser_of):
    browser = browser_of(organisation.ada)
    path = address_of(name, ROWS[name], objects)
    few = queries_of(browser, path)
    more_of_everything(organisation)
    many = queries_of(browser, path)
    assert len(many) <= len(few), "\n".join(many)


def more_of_everything(organisation) -> None:
    from throughline.accounts.actions import add_person
    from throughline.accounts.models import Team
    from throughline.measures.readside.columns import forget
    from throughline.objectives.actions import add_key_result
    from throughline.sources.models import Feed, Import
    from throughline.vulnerabilities.bulk import Author, Names, insert_records
    from throughline.vulnerabilities.models import Service

    wish = {"metric": "count()", "baseline": "40", "target": "20", "owner": "Max"}
    dates = {"start": "2026-10-01", "due": "2026-12-31"}
    feed = Feed.objects.get(name="scanner")
    team = Team.objects.get(name="Search")
    for number in range(4):
        add_person("test", name=f"P{number}", email=f"p{number}@example.org", teams=["Search"], now=NOW)
        add_key_result("test", now=NOW, **wish, **dates)
        Import.objects.create(
            feed=feed, file_name="a.csv", format="csv", actor="test", known_at=NOW, recorded_at=NOW
        )
        service = Service.objects.create(name=f"service {number}", team=team)
        values = {
            "title": f"more {number}",
            "state": "confirmed",
            "severity": number,
            "service": service.name,
        }
        names = Names({service.name: service.pk}, {})
        record = (f"M-{number}", "hash", values)
        insert_records(feed.pk, [record], known_at=NOW, names=names, author=Author("test", NOW))
    forget()
