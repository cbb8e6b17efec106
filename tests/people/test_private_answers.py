"""Nobody else reads what a person answered and does not share: every byte of every address, every row read.

Mia answers with words and numbers that occur nowhere else. Then everybody else opens everything. Some work is
of one kind, so that a score of hers would be her answer. The match reads all answers by one function, whose
rows are let pass; what it makes of them is looked for in every byte.
"""

from __future__ import annotations

import re

import pytest
from django.db import connection
from tests.everything_read import Rows, body_of
from tests.organisation import NOW
from tests.rules import shared

from throughline.assignments.asking import asked_of
from throughline.assignments.matched import answer_of
from throughline.assignments.models import Matched, Plan, Tie, Work
from throughline.assignments.publishing import prepared, publish
from throughline.audit.models import Entry
from throughline.objectives.models import Assignment, Cycle, Initiative
from throughline.people import actions

pytestmark = pytest.mark.django_db
# Made once: what takes long here is making.
house, objects, organisation = shared.house, shared.objects, shared.organisation
sessions, browser_of = shared.sessions, shared.browser_of
INTEREST, WEIGHT = 0.7317, 0.9241
GOAL, ENDED = "Zitherspieler werden", "Xylophone, given up"
# What the match makes of them, a tap among them, to the digits that it takes: the scores of work of one kind.
USED_INTEREST, USED_GROWTH = "0.685", "0.924"
PRIVATE = re.compile(
    r"0?\.7317|73\.17|0?\.9241|92\.41|Zitherspieler|Xylophone|\b0\.685\b|68\.5 %|\b0\.924\b|92\.4 %"
)


@pytest.fixture
def answered(objects, organisation):
    return with_answers(objects, organisation)


def with_answers(objects, organisation) -> dict[str, int | str]:
    """Mia answered, and a plan was made of it."""
    mia = organisation.mia
    actions.state_interests(mia, {"detection": INTEREST}, now=NOW)
    actions.set_goal(mia, text=GOAL, kinds=["teaching"], weight=WEIGHT, now=NOW)
    ended = actions.set_goal(mia, text=ENDED, now=NOW)
    actions.end_goal(mia, ended, note="Xylophone sold", now=NOW)
    work = Initiative.objects.create(key="mias", title="Mia's work", status="done", created_at=NOW)
    Assignment.objects.create(initiative=work, name="Mia", user=mia)
    actions.felt(mia, work, {"detection": (True, False)}, now=NOW)
    cycle = Cycle.objects.get(key=objects["cycle"])
    for key, kind, ties in (
        ("watch", "detection", ()),
        ("school", "teaching", (mia,)),
        ("audit", "tooling", ()),
    ):
        made = Initiative.objects.create(key=key, title=key, cycle=cycle, created_at=NOW)
        about = {"kinds": {kind: 1.0}, "value": 0.5, "weeks": 3.0, "author": "test", "at": NOW}
        staffed = Work.objects.create(initiative=made, **about)
        for person in ties:
            Tie.objects.create(work=staffed, person=person, kind=Tie.Kind.MUST, author="test", at=NOW)
    _publish(cycle)
    return {**objects, "worker": mia.pk}


def _publish(cycle) -> None:
    """Publish who does what, with what each could have had beside it: of work of one kind, the answers."""
    asked = asked_of(cycle)
    document = answer_of(asked, now=NOW).document
    seen = prepared(asked, document).fingerprint
    publish("test", asked, document, seen=seen, now=NOW)


def test_the_search_finds_what_she_reads_herself(answered, organisation, browser_of):
    rows = Rows("people_")
    with connection.execute_wrapper(rows):
        browser_of(organisation.mia).get("/me/work/")
    assert [row for row in rows.seen if PRIVATE.search(row)]


def test_her_own_score_of_work_of_one_kind_is_her_answer_so_the_search_would_find_it(
    answered, organisation, browser_of
):
    body = browser_of(organisation.mia).get("/next.json").content.decode()
    assert {each.group() for each in PRIVATE.finditer(body)} >= {USED_INTEREST, USED_GROWTH}


TRIED = (
    *("?business=0&interest=1&growth=0", "?business=0&interest=0&growth=1"),
    *("?must={mia}~initiative:watch", "?never={mia}~initiative:school"),
)


@pytest.mark.parametrize("query", TRIED)
@pytest.mark.parametrize("page", ["/", ".json", ".csv"])
def test_no_weights_and_no_change_that_a_manager_tries_show_it(
    query, page, answered, organisation, browser_of
):
    address = f"/match/{answered['cycle']}{page}{query.format(mia=organisation.mia.pk)}"
    answer = browser_of(organisation.max).get(address)
    assert answer.status_code == 200
    assert not PRIVATE.search(body_of(answer))


def test_what_she_could_have_had_is_kept_with_a_plan_and_the_search_would_find_it(answered):
    kept = str(list(Plan.objects.values_list("choices", flat=True)))
    assert {each.group() for each in PRIVATE.finditer(kept)} >= {USED_INTEREST, USED_GROWTH}


def test_no_answer_to_a_question_is_kept_with_it(answered, organisation, browser_of):
    browser_of(organisation.mia).get("/next/")
    kept = [
        str(each) for each in Matched.objects.exclude(answer=None).values_list("answer", "weights", "ties")
    ]
    assert any("initiative:watch" in each for each in kept)
    assert not [each for each in kept if PRIVATE.search(each)]


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
