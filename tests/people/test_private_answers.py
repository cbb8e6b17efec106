"""Nobody else reads what a person answered and does not share: every byte of every address, every row read.

Mia answers with words and numbers that occur nowhere else. Then everybody else opens everything.
"""

from __future__ import annotations

import re

import pytest
from django.db import connection
from tests.everything_read import Rows, body_of, every_address
from tests.organisation import NOW

from throughline.audit.models import Entry
from throughline.objectives.models import Assignment, Initiative
from throughline.people import actions

pytestmark = pytest.mark.django_db
INTEREST, WEIGHT = 0.7317, 0.9241
GOAL, ENDED = "Zitherspieler werden", "Xylophone, given up"
PRIVATE = re.compile(r"0?\.7317|73\.17|0?\.9241|92\.41|Zitherspieler|Xylophone")
EVERYBODY = ("stranger", "vera", "omar", "max", "ada")


@pytest.fixture
def answered(objects, organisation):
    mia = organisation.mia
    actions.state_interests(mia, {"detection": INTEREST}, now=NOW)
    actions.set_goal(mia, text=GOAL, kinds=["teaching"], weight=WEIGHT, now=NOW)
    ended = actions.set_goal(mia, text=ENDED, now=NOW)
    actions.end_goal(mia, ended, note="Xylophone sold", now=NOW)
    work = Initiative.objects.create(key="mias", title="Mia's work", status="done", created_at=NOW)
    Assignment.objects.create(initiative=work, name="Mia", user=mia)
    actions.felt(mia, work, {"detection": (True, False)}, now=NOW)
    return objects


@pytest.mark.parametrize("who", EVERYBODY)
def test_no_address_shows_anybody_else_a_byte_of_it_and_no_query_reads_a_row(
    who, answered, organisation, browser_of, caplog
):
    browser = browser_of(None if who == "stranger" else getattr(organisation, who))
    rows = Rows("people_")
    with connection.execute_wrapper(rows):
        for address in every_address(answered):
            found = PRIVATE.search(body_of(browser.get(address)))
            assert not found, f"{who} reads {found.group() if found else ''} at {address}"
    assert not [row for row in rows.seen if PRIVATE.search(row)]
    assert not PRIVATE.search(caplog.text)


def test_the_search_finds_what_she_reads_herself(answered, organisation, browser_of):
    rows = Rows("people_")
    with connection.execute_wrapper(rows):
        browser_of(organisation.mia).get("/me/work/")
    assert [row for row in rows.seen if PRIVATE.search(row)]


def test_she_herself_reads_all_of_it(answered, organisation, browser_of):
    body = browser_of(organisation.mia).get("/me/work.json").content.decode()
    assert {each.group() for each in PRIVATE.finditer(body)} >= {"0.7317", "0.9241", "Zitherspieler"}


def test_no_audit_entry_holds_it(answered):
    for each in Entry.objects.all():
        assert not PRIVATE.search(f"{each.action} {each.object_id} {each.detail}")


def test_only_one_module_reads_the_answers():
    from pathlib import Path

    import throughline

    here = Path(throughline.__file__).parent
    asking = re.compile(r"\b(?:Interest|Tap|GrowthGoal)\.objects\.(?:filter|all|get|values|exclude|order_by)")
    allowed = {"people/access.py", "people/actions.py"}
    found = {
        str(file.relative_to(here))
        for file in here.rglob("*.py")
        if asking.search(file.read_text()) and "migrations" not in file.parts
    }
    assert found <= allowed
