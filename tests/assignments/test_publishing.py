"""Publishing who does what freezes the plan and puts people on it; nobody is taken off unasked."""

from __future__ import annotations

import pytest
from tests.assignments.quarter import tie
from tests.organisation import NOW

from throughline.accounts.access import actor_name
from throughline.assignments.access import past_choices
from throughline.assignments.asking import asked_of
from throughline.assignments.matched import answer_of
from throughline.assignments.models import Plan
from throughline.assignments.publishing import prepared, publish
from throughline.audit.models import Entry
from throughline.engine.refusals import Refused
from throughline.objectives.models import Assignment, KeyResult
from throughline.objectives.sketches import change_sketch

pytestmark = pytest.mark.django_db


@pytest.fixture
def ask(works, quarter):
    """The question of the quarter and its answer."""

    def asked():
        found = asked_of(quarter)
        return found, answer_of(found, now=NOW).document

    return asked


def published(organisation, asked, document, **given) -> Plan:
    seen = prepared(asked, document).fingerprint
    return publish(actor_name(organisation.max), asked, document, seen=seen, now=NOW, **given)


def on(key: str) -> set[str]:
    return set(Assignment.objects.filter(initiative__key=key).values_list("name", flat=True))


def test_the_plan_is_kept_and_its_people_are_on_the_work(organisation, ask):
    asked, document = ask()
    plan = published(organisation, asked, document, note="Agreed in the 1:1s")
    given = {(each["person"], each["work"]) for each in document["plan"]}
    assert {(str(each["person"]), each["work"]) for each in plan.document} == given
    for row in plan.document:
        if row["work"].startswith("initiative:"):
            assert row["name"] in on(row["work"].partition(":")[2])
    entry = Entry.objects.get(action="ownership published")
    assert entry.detail["note"] == "Agreed in the 1:1s"
    assert entry.actor.endswith("Max")


def test_what_each_could_have_had_is_kept_to_learn_from(organisation, ask):
    asked, document = ask()
    plan = published(organisation, asked, document)
    for each in plan.choices:
        mine = [row for row in plan.document if row["person"] == each["person"]]
        assert len(each["chosen"]) == len(mine)
        values = sorted(asked.works[row["work"]].value for row in mine)
        assert sorted(each["options"][place][0] for place in each["chosen"]) == values
    assert len(past_choices()) == len(plan.document)


def test_what_somebody_must_do_is_no_choice_to_learn_from(organisation, ask, works):
    tie(works["council"], organisation.mia, "must")
    asked, document = ask()
    plan = published(organisation, asked, document)
    hers = next(each for each in plan.choices if each["person"] == organisation.mia.pk)
    assert [hers["options"][place][0] for place in hers["tied"]] == [works["council"].value]
    assert set(hers["tied"]) <= set(hers["chosen"])
    assert len(past_choices()) == len(plan.document) - 1


def test_somebody_on_the_work_stays_unless_asked_to_leave(organisation, ask, works):
    school = works["school"].initiative
    vera = Assignment.objects.create(initiative=school, name="Vera", user=organisation.vera)
    asked, document = ask()
    published(organisation, asked, document)
    assert "Vera" in on("school")
    published(organisation, asked, document, leave=[vera.pk])
    assert "Vera" not in on("school")


def test_only_who_is_there_beyond_the_plan_can_be_asked_to_leave(organisation, ask, works):
    asked, document = ask()
    published(organisation, asked, document)
    planned = Assignment.objects.filter(initiative__cycle=asked.cycle)
    before = set(planned.values_list("pk", flat=True))
    published(organisation, asked, document, leave=before)
    assert set(planned.values_list("pk", flat=True)) == before


def test_a_sketch_gets_its_owner_and_one_that_has_another_keeps_her_unless_asked(organisation, ask, works):
    tie(works["doors"], organisation.mia, "must")
    asked, document = ask()
    published(organisation, asked, document)
    sketch = KeyResult.objects.get(pk=works["doors"].key_result_id)
    assert sketch.sketch["owner"] == "Mia"
    change_sketch("test", sketch, owner="Ada", now=NOW)
    asked, document = ask()
    published(organisation, asked, document)
    assert KeyResult.objects.get(pk=sketch.pk).sketch["owner"] == "Ada"
    asked, document = ask()
    published(organisation, asked, document, hand_over=[sketch.pk])
    assert KeyResult.objects.get(pk=sketch.pk).sketch["owner"] == "Mia"


def test_a_plan_that_changed_since_it_was_looked_at_is_refused_and_nothing_is_written(
    organisation, ask, works
):
    asked, document = ask()
    seen = prepared(asked, document).fingerprint
    Assignment.objects.create(initiative=works["rules"].initiative, name="Vera", user=organisation.vera)
    with pytest.raises(Refused, match="has changed since you looked at it"):
        publish(actor_name(organisation.max), asked, document, seen=seen, now=NOW)
    assert not Plan.objects.exists()
    assert Assignment.objects.count() == 1


def test_a_note_that_is_too_long_is_refused_beside_its_field(organisation, ask):
    asked, document = ask()
    with pytest.raises(Refused) as refused:
        published(organisation, asked, document, note="x" * 501)
    assert refused.value.place == "note"
