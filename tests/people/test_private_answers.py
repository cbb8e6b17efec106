"""Nobody else reads what a person answered and does not share: every byte of every address, every row read.

Mia answers with words and numbers that occur nowhere else. Then everybody else opens everything.
"""

from __future__ import annotations

import re

import pytest
from django.db import connection
from tests.organisation import NOW
from tests.rules.access import ROWS
from tests.rules.test_access_table import address_of

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


def addresses(objects) -> list[str]:
    return [address_of(name, row, objects) for name, row in ROWS.items() if row.get is not None]


@pytest.mark.parametrize("who", EVERYBODY)
def test_no_address_shows_anybody_else_a_byte_of_it(who, answered, organisation, browser_of, caplog):
    browser = browser_of(None if who == "stranger" else getattr(organisation, who))
    read: list[str] = []

    def watching(execute, sql, params, many, context):
        if re.search(r'FROM "people_(interest|tap|growthgoal)"', sql) and "COUNT" not in sql:
            read.append(f"{sql} {params}")
        return execute(sql, params, many, context)

    mias = organisation.mia.pk
    with connection.execute_wrapper(watching):
        for address in addresses(answered):
            answer = browser.get(address)
            body = b"".join(answer.streaming_content) if answer.streaming else answer.content
            found = PRIVATE.search(body.decode("utf-8", "replace"))
            assert not found, f"{who} reads {found.group() if found else ''} at {address}"
    own = [f'"person_id" = {id}' for id in (mias,)]
    for sql in read:
        assert "shares_" in sql or "person_id" in sql, sql
        assert not any(each in sql for each in own), sql
    assert not PRIVATE.search(caplog.text)


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
