"""`throughline work`: listed, written, brought back, and what is wrong with a file, by place."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import jsonschema
import pytest
from click.testing import CliRunner
from tests.assignments.making import cycle, described, initiative, sketch
from tests.commands import answered
from tests.homes import ready

from throughline.assignments.format.staffing import STAFFING, TITLE, read_staffing
from throughline.cli import main
from throughline.plans.format.problems import Problems
from throughline.plans.format.schema import json_schema, schema_text

DOCS = Path(__file__).resolve().parents[2] / "docs"
HEAD = "apiVersion: throughline/v1\nkind: Staffing\nwork:\n"

pytestmark = pytest.mark.django_db


def _bring(text: str, **more):
    from throughline.assignments.staffing_files import bring
    from throughline.cli.common import now

    return bring("test", read_staffing(text.encode(), file="s.yaml"), now=now(), **more)


def _problems(text: str) -> list[str]:
    with pytest.raises(Problems) as refused:
        _bring(text)
    return [str(each) for each in refused.value.found]


def _everything(organisation) -> str:
    of = cycle()
    described(
        initiative(of, "Paved road"),
        kinds={"tooling": 1 / 3, "front-end": 0.5},
        grows=["front-end"],
        value=0.85,
        value_why="yes: “half” of it # and more",
        weeks=2.5,
        least=2,
        most=3,
        skills={"tooling": 0.5},
        has_mentor=True,
        ties={"must": [organisation.mia], "never": [organisation.max], "continues": [organisation.mia]},
    )
    described(sketch(of), kinds={}, value=None, value_why="", weeks=1.0)
    return of


def test_a_file_brought_back_changes_nothing_and_is_the_same_bytes(organisation):
    from throughline.assignments.models import Work
    from throughline.assignments.staffing_files import export

    _everything(organisation)
    text = export()
    assert _bring(text).changed == ()
    before = [_row(each) for each in Work.objects.order_by("id")]
    Work.objects.all().delete()
    assert len(_bring(text).changed) == 2
    assert [_row(each) for each in Work.objects.order_by("id")] == before
    assert export() == text


def _row(work) -> tuple:
    named = [getattr(work, name) for name in ("kinds", "grows", "value", "value_why", "weeks", "least")]
    ties = sorted((each.kind, each.person_id) for each in work.ties.all())
    return work.key, *named, work.most, work.skills, work.has_mentor, ties


def test_the_list_calls_work_as_the_file_does(organisation):
    from throughline.assignments.staffed import every_piece
    from throughline.assignments.staffing_documents import documents
    from throughline.assignments.staffing_files import pieces

    of = _everything(organisation)
    assert [each["work"] for each in documents(every_piece(of))] == [each["of"] for each in pieces(of)]


def test_a_cycle_is_written_alone(organisation):
    from throughline.assignments.staffing_files import pieces

    of = _everything(organisation)
    described(initiative(cycle("2028-Q1", 2028), "Later"))
    assert len(pieces()) == 3
    assert [each["of"].partition(":")[0] for each in pieces(of)] == ["initiative", "key_result"]


def test_what_is_written_is_what_the_schema_takes(organisation):
    from ruamel.yaml import YAML

    from throughline.assignments.staffing_files import export

    _everything(organisation)
    schema = json_schema(STAFFING, TITLE)
    jsonschema.Draft202012Validator.check_schema(schema)
    found = YAML(typ="safe").load(export())
    assert [error.message for error in jsonschema.Draft202012Validator(schema).iter_errors(found)] == []


def test_the_published_schema_is_that_of_the_table():
    assert (DOCS / "staffing.schema.json").read_text() == schema_text(STAFFING, TITLE)


def test_what_is_wrong_is_said_with_its_place_all_at_once(organisation):
    initiative(cycle(), "Paved road")
    text = HEAD + (
        "  - of: initiative:paved-rod\n"
        "  - of: initiative:paved-road\n"
        "    kinds:\n"
        "      tooling: 0.9\n"
        "      teaching: 0.4\n"
        "    min: 3\n"
        "    max: 2\n"
        "  - of: key_result:none\n"
        "    must:\n"
        "      - mia@example.org\n"
        "      - Nobody\n"
    )
    found = _problems(text)
    assert found[0].startswith(
        "s.yaml:4:9: of: there is no initiative 'paved-rod' (did you mean paved-road?)"
    )
    assert found[1].startswith("s.yaml:7:7: kinds: the parts are 130% together")
    assert "max: expected at least the fewest, 3" in found[2]
    assert found[3].startswith("s.yaml:11:9: of: there is no key result 'none'")


def test_a_person_nobody_knows_is_named_with_her_place(organisation):
    initiative(cycle(), "Paved road")
    found = _problems(HEAD + "  - of: initiative:paved-road\n    must:\n      - Mia\n      - Nobody\n")
    assert found == [
        "s.yaml:7:9: must: nobody here is called 'Nobody': write a name or an e-mail address from People"
    ]


def test_one_mistake_keeps_all_of_the_file_out(organisation):
    from throughline.assignments.models import Work
    from throughline.audit.models import Entry

    of = cycle()
    initiative(of, "Paved road")
    initiative(of, "Robot")
    before = Entry.objects.count()
    _problems(
        HEAD + "  - of: initiative:paved-road\n    weeks: 2\n  - of: initiative:robot\n    grows: [tooling]\n"
    )
    assert not Work.objects.exists()
    assert Entry.objects.count() == before


def test_a_dry_run_says_what_it_would_do_and_does_nothing(organisation):
    from throughline.assignments.models import Work

    initiative(cycle(), "Paved road")
    found = _bring(HEAD + "  - of: initiative:paved-road\n    weeks: 2\n", dry_run=True)
    assert found.changed == ("initiative:paved-road",)
    assert not Work.objects.exists()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "nothing in it"),
        (HEAD.replace("Staffing", "Plan") + "  - of: initiative:a\n", "expected one of Staffing"),
        (HEAD + "  - of: paved-road\n", "expected initiative:KEY or key_result:KEY"),
        (HEAD + "  - weeks: 2\n", "has no of"),
        (HEAD + "  - of: initiative:a\n    weeks: 99\n", "above 0 to 60"),
        (HEAD + "  - of: initiative:a\n    weaks: 9\n", "did you mean weeks"),
        (HEAD + "  - of: initiative:a\n    mentor: yes\n", "expected true or false"),
        (HEAD + "  - of: initiative:a\n  - of: initiative:a\n", "is there already, at line 4"),
    ],
)
def test_a_form_that_is_wrong_is_refused_by_place(text, said):
    found = _problems(text)
    assert said in found[0]
    assert found[0].startswith("s.yaml:")


def test_by_command_from_a_home_to_a_file_and_back(tmp_path):
    """In processes of their own, since a command opens a home of its own."""
    home = ready(tmp_path / "home")

    def run(*words: str, given: str = "") -> subprocess.CompletedProcess[str]:
        return answered([*words, "--home", str(home)], folder=tmp_path, given=given.encode())

    plan = (
        "apiVersion: throughline/v1\nkind: Plan\n"
        "cycles:\n  - key: 2027-q1\n    title: 2027-Q1\n    start: 2027-01-01\n    end: 2027-03-31\n"
        "initiatives:\n  - key: paved-road\n    title: Paved road\n    cycle: 2027-q1\n"
    )
    assert run("plan", "apply", "-", given=plan).returncode == 0
    text = HEAD + "  - of: initiative:paved-road\n    kinds:\n      tooling: 1\n    weeks: 2\n"
    answer = run("work", "import", "-", "--json", given=text)
    assert json.loads(answer.stdout) == {
        "applied": True,
        "changed": ["initiative:paved-road"],
        "same": [],
    }, answer.stderr
    assert run("work", "export", "--cycle", "2027-q1").stdout.split() == text.split()
    listed = json.loads(run("work", "list", "--missing", "value", "--json").stdout)
    assert [each["work"] for each in listed["work"]] == ["initiative:paved-road"]
    assert "tooling 100%" in run("work", "list").stdout
    wrong = run("work", "import", "-", given=text.replace("tooling", "juggling"))
    assert wrong.returncode == 2
    assert "standard input:6:7: kinds: expected a kind of work" in wrong.stderr
    assert "Traceback" not in wrong.stderr
    assert run("work", "list", "--missing", "sense").returncode == 2
    assert run("work", "export", "--cycle", "2031-q1").returncode == 2


def test_a_file_that_is_not_there_is_bad_input(tmp_path):
    answer = CliRunner().invoke(
        main, ["work", "import", str(tmp_path / "none.yaml"), "--home", str(tmp_path)]
    )
    assert answer.exit_code == 2
    assert "there is no" in answer.output
