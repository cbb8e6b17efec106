"""The library: fourteen stories, each whole, and key results of theirs that a cycle can take in."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from throughline.engine.language.parsing import parse_condition
from throughline.engine.linting import Fields, lint_fields
from throughline.engine.refusals import Refused
from throughline.narratives.library import KEYS, Narrative, Template, library, narrative_of
from throughline.objectives import kinds, sketches
from throughline.objectives.examining import examined_sketch
from throughline.objectives.items import add_cycle, add_item
from throughline.objectives.linting import around
from throughline.objectives.models import LongTermObjective
from throughline.objectives.subjects import is_known, is_name, subject_of
from throughline.people.models import WorkKind

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
STORIES = list(library().values())


def open_fields(template: Template) -> list[str]:
    """What a person has to fill, if anything: how far to go."""
    if template.kind in kinds.MOVING:
        return ["target"]
    if template.kind == kinds.Kind.KEEP:
        return ["bound_low" if template.better == "higher" else "bound_high"]
    return []


TEMPLATES = [
    pytest.param(each, id=f"{story.key}: {each.title}") for story in STORIES for each in story.key_results
]
MEASURED = [each for each in TEMPLATES if each.values[0].metric and each.values[0].kind != "baseline"]
# What a template leaves to whoever takes it: how far, from where in her own data, who, and who judges.
LEFT_OPEN = {"D2", "D3", "D10", "D22"}


def by_key(story: Narrative) -> str:
    return story.key


def test_there_are_fourteen_and_each_is_found_by_its_key():
    assert len(STORIES) == 14
    assert [narrative_of(key).key for key in KEYS] == list(KEYS)


def test_a_story_that_is_not_there_is_refused_with_those_that_are():
    with pytest.raises(Refused, match="there is no story 'blockchain' in the library; there are: zero-trust"):
        narrative_of("blockchain")


@pytest.mark.parametrize("story", STORIES, ids=by_key)
def test_a_story_is_told_to_three_readers_in_a_sentence_that_fits(story):
    for sentence in (story.board, story.customer, story.engineer):
        assert 40 <= len(sentence) <= 300
        assert sentence.endswith(".")


def test_no_two_stories_say_the_same():
    said = [
        text
        for story in STORIES
        for text in (story.board, story.customer, story.engineer, story.threat.told, *story.fails.signs)
    ]
    assert len(said) == len(set(said))


@pytest.mark.parametrize("story", STORIES, ids=by_key)
def test_a_story_names_a_threat_that_people_know_and_signs_that_it_fails(story):
    assert story.threat.event
    assert len(story.threat.told) > 100
    assert story.fails.when.endswith(".")
    assert len(story.fails.signs) >= 3


@pytest.mark.parametrize("story", STORIES, ids=by_key)
def test_its_signs_fit_the_field_that_they_prefill(story):
    assert len(story.fails.text) <= 1000


@pytest.mark.django_db
@pytest.mark.parametrize("story", STORIES, ids=by_key)
def test_its_kinds_of_work_and_what_it_serves_are_words_of_the_product(story):
    assert story.work
    assert set(story.work) <= set(WorkKind.objects.values_list("key", flat=True))
    assert story.serves in LongTermObjective.Kind.values


def test_the_three_kinds_of_long_term_objective_are_all_served():
    assert {story.serves for story in STORIES} == set(LongTermObjective.Kind.values)


def test_customer_assurance_says_how_to_count_what_it_unlocks():
    assert "deal" in narrative_of("customer-assurance").revenue


@pytest.mark.parametrize("story", STORIES, ids=by_key)
def test_a_story_has_two_or_three_key_results(story):
    assert 2 <= len(story.key_results) <= 3


@pytest.mark.django_db
@pytest.mark.parametrize("template", MEASURED)
def test_its_metric_parses_and_has_the_unit_and_direction_that_it_says(template):
    subject = subject_of(template.metric, where=template.where)
    assert subject.unit == template.unit
    assert subject.better in ("", template.better)
    if template.where:
        parse_condition(template.where)


@pytest.mark.django_db
@pytest.mark.parametrize("template", [each for each in TEMPLATES if each.values[0].kind == "baseline"])
def test_what_is_to_be_measured_first_is_a_name_that_nothing_has_yet(template):
    assert is_name(template.metric)
    assert not is_known(template.metric)


@pytest.mark.parametrize("template", TEMPLATES)
def test_the_linter_finds_no_error_once_the_open_field_is_filled(template):
    found = lint_fields(filled(template)).findings
    assert [each.message for each in found if each.severity == "error"] == []


@pytest.mark.parametrize("template", [each for each in TEMPLATES if open_fields(each.values[0])])
def test_an_open_field_has_an_example(template):
    assert template.such_as


@pytest.mark.django_db
@pytest.mark.parametrize("template", TEMPLATES)
def test_a_planned_cycle_takes_it_as_a_sketch_that_lacks_only_what_its_owner_decides(template):
    start, end = date(2027, 1, 1), date(2027, 3, 31)
    cycle = add_cycle("test", title="2027-Q1", start=start, end=end, now=NOW)
    objective = add_item("test", "objective", title="Fewer surprises", cycle=cycle, now=NOW)
    made = sketches.add_sketch("test", objective, now=NOW, **template.sketch)
    found = examined_sketch(made, around=around(cycle, []), now=NOW)
    assert {each.rule for each in found.errors} <= LEFT_OPEN
    is_open = dict.fromkeys(open_fields(template), template.such_as)
    filled_in = {**template.sketch, **is_open} if is_open else {}
    sketches.change_sketch("test", made, now=NOW, **filled_in)
    found = examined_sketch(made, around=around(cycle, []), now=NOW)
    # There are no records, so a baseline cannot be measured, and a change has nothing to change.
    assert {each.rule for each in found.errors} <= {"D3", "D6"}


def filled(template: Template) -> Fields:
    """The template as its owner would have completed it."""
    baseline = 0.5 if template.unit == "share" else 40.0
    target = 0.95 if template.better == "higher" else 8.0
    return Fields(
        kind=template.kind,
        text=template.title,
        metric=template.metric,
        acceptance_test=template.acceptance or ("every step is done" if template.steps else ""),
        judge="Ben Sato",
        unit=template.unit,
        aggregation="mean",
        population=template.where or "all",
        where=template.where,
        window="period",
        better=template.better,
        baseline=baseline,
        baseline_measured=True,
        target=target,
        target_text=template.such_as,
        start=date(2027, 1, 1),
        due=date(2027, 3, 31),
        end=date(2027, 3, 31),
        owners=("Ada Okafor",),
        cycle="set",
    )
