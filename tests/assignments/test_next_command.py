"""`throughline next FILE`: its answer, its published schemas, and what is wrong with a file, by place."""

from __future__ import annotations

import json
import re
from pathlib import Path

import jsonschema
import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from tests.plans.documents import documents
from tests.plans.test_schema import as_yaml

from throughline.assignments.format.things import TEAM, TITLE
from throughline.cli import main
from throughline.plans.format.reading import read_one
from throughline.plans.format.schema import json_schema, schema_text

DOCS = Path(__file__).resolve().parents[2] / "docs"
INPUT = jsonschema.Draft202012Validator(json_schema(TEAM, TITLE))
ANSWER = jsonschema.Draft202012Validator(json.loads((DOCS / "next-answer.schema.json").read_text()))


def team(**more) -> dict:
    return {
        "people": [
            {
                "id": "ana",
                "capacity": 10,
                "interests": {"prototype": 0.9, "teaching": 0.2},
                "growth": {"teaching": 0.8},
                "likes": ["prototype"],
            },
            {
                "id": "Ben",
                "capacity": 8,
                "interests": {"incident work": 0.7},
                "growth": {"prototype": 0.5},
                "likes": ["teaching"],
            },
        ],
        "work": [
            {"id": "robot", "value": 0.9, "kinds": {"prototype": 1}, "weeks": 4, "min": 1, "max": 2},
            {"id": "drill", "value": 0.4, "kinds": {"incident work": 0.5}, "weeks": 4, "min": 1, "max": 1},
            {"id": "audit", "value": 0.7, "kinds": {"evidence": 1}, "weeks": 9, "min": 2, "max": 2},
        ],
    } | more


def asked(document, *words: str):
    content = document if isinstance(document, str) else json.dumps(document)
    return CliRunner().invoke(main, ["next", "-", *words], input=content)


def answered(document, *words: str) -> dict:
    answer = asked(document, *words, "--json")
    assert answer.exit_code == 0, answer.output
    return json.loads(answer.output)


def refused(document, *words: str) -> str:
    answer = asked(document, *words)
    assert answer.exit_code == 2, answer.output
    assert "Traceback" not in answer.output
    return answer.output


def changed(**of_robot) -> dict:
    document = team()
    document["work"][0] |= of_robot
    return document


def test_a_plan_with_three_suggestions_each():
    found = answered(team())
    assert [(each["person"], each["work"], each["share"]) for each in found["plan"]] == [
        ("ana", "robot", 0.4),
        ("Ben", "robot", 0.5),
        ("Ben", "drill", 0.5),
    ]
    assert [each["id"] for each in found["people"]] == ["ana", "Ben"]
    assert found["unstaffed"] == ["audit"]
    first = found["people"][0]["suggestions"][0]
    assert first["work"] == "robot"
    assert first["scores"] == {"business": 0.9, "interest": 0.9, "growth": 0.0}
    assert first["opportunity_cost"] == 0
    assert set(first["stays_first_while"]) == {"business", "interest", "growth"}
    # Nine weeks do not fit into eight, so the audit is no suggestion, and nobody can join ana on it.
    assert [each["work"] for each in found["people"][1]["suggestions"]] == ["robot", "drill"]
    audit = next(each for each in found["people"][0]["suggestions"] if each["work"] == "audit")
    assert audit["opportunity_cost"] is None
    assert audit["unknown"] == ["evidence"]


def test_the_terms_add_up_to_the_objective():
    found = answered(
        team(
            balance=[{"objective": "o", "at_least": 0.5}],
            work=[*team()["work"][:2], team()["work"][2] | {"objective": "o"}],
        )
    )
    terms = found["terms"]
    total = sum(terms[each] for each in ("business", "match", "facets", "fairness", "continuity"))
    assert found["objective"] == pytest.approx(total - terms["penalty"])
    assert terms["penalty"] > 0


def test_one_person_and_other_weights():
    found = answered(team(), "--person", "Ben", "--weights", "2,1,1")
    assert [each["id"] for each in found["people"]] == ["Ben"]
    assert found["weights"] == {"business": 0.5, "interest": 0.25, "growth": 0.25}
    assert answered(team(weights={"business": 4, "interest": 2, "growth": 2}))["weights"] == found["weights"]


def test_the_same_without_json_is_read_by_people():
    answer = asked(team(), "--person", "ana")
    assert answer.exit_code == 0
    assert "1. robot" in answer.output
    assert "Not known: interest in evidence" in answer.output


def test_the_triangle_is_there_where_it_is_asked_for():
    found = answered(team(), "--triangle")
    assert len(found["triangle"]["points"]) == 231
    assert {each["plan"] for each in found["triangle"]["points"]} == set(
        range(len(found["triangle"]["plans"]))
    )
    assert [error.message for error in ANSWER.iter_errors(found)] == []


def test_the_triangle_is_summed_up_where_no_json_is_asked_for():
    said = asked(team(), "--triangle").output
    points = answered(team(), "--triangle")["triangle"]
    assert f"{len(points['plans'])} plan" in said
    assert "best at 231 mixes of the weights" in said
    shares = [float(each) for each in re.findall(r"([\d.]+) % of mixes: ", said)]
    assert len(shares) == len(points["plans"])
    assert sum(shares) == pytest.approx(100, abs=1)
    assert "mixes" not in asked(team()).output


def test_a_single_weight_is_no_interval():
    first_alone = {"id": "first", "value": 0.9, "kinds": {"prototype": 0.9}, "weeks": 4}
    ties_alone = {"id": "second", "value": 0.1, "kinds": {"prototype": 0.9}, "weeks": 4}
    said = asked(team(people=team()["people"][:1], work=[first_alone, ties_alone])).output
    assert "interest counts alone" in said
    assert "1.00–1.00" not in said


@pytest.mark.parametrize(
    "document",
    [
        team(),
        changed(must=["ana"], never=["Ben"], continues=["ana"], grows=["prototype"]),
        team(settings={"beta": 0, "phi": 2}),
        team(people=[{"id": "none", "capacity": 0}]),
    ],
)
def test_the_answer_is_what_its_schema_says(document):
    assert [error.message for error in ANSWER.iter_errors(answered(document))] == []


def test_the_published_schema_is_that_of_the_table():
    assert (DOCS / "next.schema.json").read_text() == schema_text(TEAM, TITLE)
    jsonschema.Draft202012Validator.check_schema(INPUT.schema)
    jsonschema.Draft202012Validator.check_schema(ANSWER.schema)


@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
@given(documents(TEAM))
def test_the_reader_accepts_exactly_what_the_schema_accepts(document):
    wrong = [error.message for error in INPUT.iter_errors(document)]
    found = [str(each) for each in read_one(as_yaml(document), TEAM, file="f.yaml")[1]]
    assert bool(found) == bool(wrong), (found, wrong)


@pytest.mark.parametrize(
    ("document", "says"),
    [
        ("", "expected one document"),
        ("people: [", "this is no YAML"),
        ("[]", "expected the fields of a team, found a list"),
        (team(people=[]), "people: the list is empty"),
        (team(colour=1), "standard input:1:"),
        (changed(vaule=1), "a work has no 'vaule' (did you mean value?)"),
        (changed(value=1.5), "value: expected a number from 0 to 1, found '1.5'"),
        (changed(value="much"), "found 'much' in quotes"),
        (changed(weeks=0), "weeks: expected a number above 0"),
        (changed(min=0), "min: expected a whole number from 1"),
        (changed(min=3, max=2), "max: expected at least the min of 3, found 2"),
        (changed(kinds={"prototype": -1}), "kinds.prototype: expected a number from 0 to 1"),
        (changed(kinds=["prototype"]), "expected names with a value each behind kinds, found a list"),
        (changed(must=["an"]), "must: there is no person 'an' in this file (did you mean ana?)"),
        (changed(id="drill"), "'drill' is there already"),
        (team(weights={"business": 0}), "weights: expected one above 0"),
        (team(balance=[{"objective": "o", "at_least": 1}]), "there is no work with the objective 'o'"),
        (changed(must=["ana"], never=["ana"]), "'ana' must do 'robot' and never may"),
        (changed(must=["Ben"], weeks=9), "which takes 9 weeks, and has 8"),
        (changed(must=["ana"], max=3, min=3), "must be done by 3 at least, and 2 may"),
        (changed(must=["ana", "Ben"], max=1), "at most 1 may be on it"),
        (changed(must=["ana"], skills={"data": 0.5}), "is below its floor of 'data'"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(document, says):
    output = refused(document)
    assert "Error: standard input:" in output
    assert says in output


def test_musts_that_are_too_much_for_one_person_are_named():
    document = changed(must=["Ben"], weeks=5)
    document["work"][1] |= {"must": ["Ben"]}
    assert "'Ben' must do 'drill' and 'robot', which take 9 weeks, and has 8" in refused(document)


def test_musts_that_cannot_go_together_are_named():
    people = [{"id": each, "capacity": 4} for each in ("a", "b", "c")]
    work = [
        {"id": "one", "value": 1, "weeks": 4, "min": 2, "max": 2, "must": ["a"]},
        {"id": "two", "value": 1, "weeks": 4, "min": 2, "max": 2, "must": ["b"]},
        {"id": "other", "value": 1, "weeks": 1, "min": 1, "max": 1},
    ]
    output = refused({"people": people, "work": work})
    assert "'one' and 'two' need 4 places" in output
    assert "'a', 'b' and 'c' is not enough" in output


@pytest.mark.parametrize(
    "said", ["1,2", "1,2,3,4", "0,0,0", "1,-1,1", "a,b,c", "nan,1,1", "1,,1", "1e999,1,1"]
)
def test_weights_are_three_numbers_of_which_one_is_above_0(said):
    assert "--weights: expected" in refused(team(), "--weights", said)


def test_an_unknown_person_is_refused_with_the_nearest():
    assert "--person: there is no person 'Bem' in the file (did you mean Ben?)" in refused(
        team(), "--person", "Bem"
    )


def test_a_missing_file_is_said():
    answer = CliRunner().invoke(main, ["next", "nowhere.yaml"])
    assert answer.exit_code == 2
    assert "nowhere.yaml: there is no such file" in answer.output


def test_the_kinds_of_a_work_are_all_of_it_at_most_as_on_its_page():
    said = refused(changed(kinds={"prototype": 0.8, "teaching": 0.5}))
    assert re.search(r":1:\d+: kinds: expected at most 1 over all kinds, found 1.3 of 'robot': lower", said)
    # What ten parts of a tenth are in binary is a hair off.
    assert answered(changed(kinds={f"kind {number}": 0.1 for number in range(10)}))["plan"]
