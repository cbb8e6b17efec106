"""Ladders as files: every problem with its place, the same ladder the same bytes; goals keep their rungs."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import jsonschema
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML
from tests.homes import ready

from throughline.audit.models import Entry
from throughline.cli import main
from throughline.engine.refusals import Refused
from throughline.people import actions, rungs
from throughline.people.ladder import OURS, Ladder, Step, ladder_text, ours, read_ladder
from throughline.people.ladder.things import LADDER, MOST_RUNGS, TITLE
from throughline.people.models import GrowthGoal, Rung, WorkKind
from throughline.plans.format.problems import Problems
from throughline.plans.format.schema import json_schema, schema_text

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
DOCS = Path(__file__).resolve().parents[2] / "docs"
KINDS = ("teaching", "detection", "front-end", "tooling")
TWO = b"""ladder: Fernwood
rungs:
  - key: mentor-1
    track: Mentoring
    level: 1
    title: Answers once
    kinds: [teaching]
  - key: mentor-2
    track: Mentoring
    level: 2
    title: Shows the next step
"""


def problems_of(content: bytes, **given) -> list[str]:
    with pytest.raises(Problems) as found:
        read_ladder(content, file="ladder.yaml", kinds=KINDS, **given)
    return str(found.value).splitlines()


def bring(content: bytes, *, now: datetime = NOW) -> rungs.Brought:
    return rungs.bring("test", content, file="ladder.yaml", now=now)


# The file


def test_a_file_is_read_in_its_order():
    ladder = read_ladder(TWO, file="ladder.yaml", kinds=KINDS)
    assert ladder == Ladder(
        "Fernwood",
        (
            Step("mentor-1", "Mentoring", 1, "Answers once", kinds=("teaching",)),
            Step("mentor-2", "Mentoring", 2, "Shows the next step"),
        ),
    )


def test_json_is_read_as_well():
    said = {"ladder": "A", "rungs": [{"key": "a", "track": "T", "level": 1, "title": "x", "text": None}]}
    assert read_ladder(json.dumps(said).encode(), file="a.json", kinds=KINDS).steps == (
        Step("a", "T", 1, "x"),
    )


RUNG = b"ladder: A\nrungs:\n  - {key: a, track: T, level: 1, title: x}\n"


def beside(rung: bytes) -> bytes:
    """A second rung below the first."""
    return RUNG + b"  - {" + rung + b"}\n"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "ladder.yaml:1:1: expected one document with the fields of a ladder"),
        (b"ladder: A\n", "ladder.yaml:1:1: this ladder has no rungs"),
        (b"ladder: A\nrungs: none\n", "ladder.yaml:2:8: expected a list behind rungs"),
        (b"rungs: []\n", "ladder.yaml:1:1: this ladder has no ladder"),
        (b"ladder: [\n", "ladder.yaml:"),
        (beside(b"key: b, track: T, level: 2"), "ladder.yaml:4:5: this rung has no title"),
        (beside(b"key: b, trakc: T, level: 2, title: y"), "'trakc' (did you mean track?)"),
        (beside(b"key: A B, track: T, level: 2, title: y"), "ladder.yaml:4:11: key: expected a key"),
        (beside(b"key: b, track: T, level: 0, title: y"), "level: expected a whole number from 1 to 12"),
        (beside(b"key: b, track: T, level: 13, title: y"), "level: expected a whole number from 1 to 12"),
        (beside(b"key: b, track: T, level: high, title: y"), "found 'high'"),
        (
            beside(b"key: a, track: T, level: 2, title: y"),
            "ladder.yaml:4:11: key: 'a' is there already, at line 3",
        ),
        (
            beside(b"key: b, track: t, level: 1, title: y"),
            "ladder.yaml:4:31: level: t has a level 1 already, at line 3",
        ),
        (
            beside(b"key: b, track: T, level: 2, title: y, kinds: [teching]"),
            "'teching' (did you mean teaching?)",
        ),
        (
            beside(b"key: b, track: T, level: 2, title: y, kinds: [gardening]"),
            "expected one of teaching, detection",
        ),
        (beside(b'key: b, track: T, level: 2, title: "\\u001b[2J"'), "ladder.yaml:4:"),
        (
            beside(b"key: b, track: T, level: 2, title: " + b"y" * 161 + b""),
            "expected at most 160 characters",
        ),
    ],
)
def test_what_is_wrong_is_said_with_its_place(content, expected):
    assert any(expected in line for line in problems_of(content))


def test_all_that_is_wrong_is_said_at_once():
    content = beside(b"key: a, track: T, level: 1, title: y, kinds: [gardening, tooling, weeding]")
    assert len(problems_of(content)) == 4


def test_a_ladder_of_more_rungs_than_anybody_reads_is_refused():
    rows = [f"  - {{key: r-{n}, track: T{n}, level: 1, title: x}}" for n in range(MOST_RUNGS + 1)]
    found = problems_of("\n".join(["ladder: A", "rungs:", *rows]).encode())
    assert found == ["ladder.yaml:3:3: rungs: expected at most 400, found 401: make two ladders of it"]


def test_a_key_of_another_ladder_is_refused():
    found = problems_of(RUNG, taken={"a": "Another"})
    assert found == ["ladder.yaml:3:11: key: 'a' is a rung of the ladder 'Another': choose another key"]
    assert read_ladder(RUNG, file="ladder.yaml", kinds=KINDS, taken={"a": "A"}).name == "A"


_LETTERS = st.characters(exclude_categories=["Cs", "Cc"])
_LINE = (
    st.text(st.one_of(_LETTERS, st.sampled_from(" :#-'\"{}[]é")), min_size=1, max_size=30)
    .map(lambda text: " ".join(text.split()))
    .filter(bool)
)
_TEXT = st.text(st.one_of(_LETTERS, st.sampled_from("\n\t :#")), max_size=60).map(str.strip)
_KEY = st.from_regex(r"[a-z0-9]{1,6}(-[a-z0-9]{1,6})?", fullmatch=True)


@st.composite
def ladders(draw) -> Ladder:
    keys = draw(st.lists(_KEY, unique=True, max_size=6))
    tracks = draw(st.lists(_LINE, min_size=1, max_size=3, unique_by=str.casefold))
    places = draw(
        st.lists(
            st.tuples(st.sampled_from(tracks), st.integers(1, 12)),
            unique=True,
            min_size=len(keys),
            max_size=len(keys),
        )
    )
    kinds = st.lists(st.sampled_from(KINDS), unique=True).map(tuple)
    steps = [
        Step(key, track, level, draw(_LINE), draw(_TEXT), draw(kinds))
        for key, (track, level) in zip(keys, places, strict=True)
    ]
    return Ladder(draw(_LINE), tuple(steps))


@given(ladders())
def test_any_ladder_that_is_written_reads_as_itself_and_is_written_as_the_same_bytes(ladder):
    text = ladder_text(ladder)
    read = read_ladder(text.encode(), file="ladder.yaml", kinds=KINDS)
    assert read == ladder
    assert ladder_text(read) == text


@given(ladders())
def test_the_published_schema_takes_what_is_written(ladder):
    document = YAML(typ="safe").load(ladder_text(ladder))
    jsonschema.Draft202012Validator(json_schema(LADDER, TITLE)).validate(document)


def test_the_schema_is_published():
    assert (DOCS / "ladder.schema.json").read_text() == schema_text(LADDER, TITLE)


# Our own


@pytest.mark.django_db
def test_ours_is_there_from_the_start_and_stands_on_the_kinds_of_work():
    found = rungs.ladder_named(OURS)
    assert found == ours(list(WorkKind.objects.values_list("key", flat=True)))
    tracks = {step.track for step in found.steps}
    assert len(tracks) == 6
    for track in tracks:
        assert [step.level for step in found.steps if step.track == track] == [1, 2, 3, 4]
    assert all(step.text.endswith(".") and step.kinds for step in found.steps)
    assert {kind for step in found.steps for kind in step.kinds} == set(
        WorkKind.objects.values_list("key", flat=True)
    )


# In use


@pytest.mark.django_db
def test_a_ladder_comes_in_beside_ours():
    assert bring(TWO) == rungs.Brought("Fernwood", new=2, changed=0, same=0, retired=0)
    assert rungs.names() == ["Fernwood", OURS]
    assert Rung.objects.filter(source=OURS, retired_at=None).count() == 24


@pytest.mark.django_db
def test_the_same_file_again_changes_nothing_and_is_not_told():
    bring(TWO)
    told = Entry.objects.count()
    assert bring(TWO) == rungs.Brought("Fernwood", new=0, changed=0, same=2, retired=0)
    assert Entry.objects.count() == told


@pytest.mark.django_db
def test_what_a_file_has_no_more_is_retired_and_a_goal_keeps_it(organisation):
    bring(TWO)
    gone = Rung.objects.get(key="mentor-1")
    goal = actions.set_goal(organisation.mia, text="Teach", rung=gone, now=NOW)
    shorter = b"ladder: Fernwood\nrungs:\n" + TWO[TWO.index(b"  - key: mentor-2") :].replace(b"step", b"one")
    assert bring(shorter, now=NOW + timedelta(days=1)) == rungs.Brought("Fernwood", 0, 1, 0, 1)
    goal.refresh_from_db()
    assert goal.rung == gone
    assert [step.key for step in rungs.ladder_named("Fernwood").steps] == ["mentor-2"]
    assert bring(TWO) == rungs.Brought("Fernwood", new=0, changed=2, same=0, retired=0)
    assert Rung.objects.get(pk=gone.pk).retired_at is None


@pytest.mark.django_db
def test_a_file_with_a_mistake_changes_nothing():
    bring(TWO)
    before = list(Rung.objects.values())
    with pytest.raises(Problems):
        bring(TWO.replace(b"Answers once", b"Answers twice") + b"  - {key: c}\n")
    with pytest.raises(Problems, match="building-1' is a rung of the ladder 'Throughline'"):
        bring(TWO.replace(b"mentor-2", b"building-1"))
    assert list(Rung.objects.values()) == before


@pytest.mark.django_db
def test_a_file_that_is_too_large_is_refused_unread():
    with pytest.raises(Refused, match="expected at most 500,000 bytes, found 500,001"):
        bring(b"#" * 500_001)


@pytest.mark.django_db
def test_what_is_exported_comes_in_again_as_it_was():
    for name in (OURS, bring(TWO).ladder):
        text = ladder_text(rungs.ladder_named(name))
        assert bring(text.encode()).same == len(rungs.ladder_named(name).steps)
        assert ladder_text(rungs.ladder_named(name)) == text


@pytest.mark.django_db
def test_an_export_names_a_kind_that_was_retired_meanwhile_and_comes_in_again():
    WorkKind.objects.filter(key="teaching").update(retired_at=NOW)
    assert bring(ladder_text(rungs.ladder_named(OURS)).encode()).same == 24


@pytest.mark.django_db
def test_ours_can_be_retired_and_brought_back():
    assert rungs.retire("test", OURS, now=NOW) == 24
    assert rungs.retire("test", OURS, now=NOW) == 0
    assert rungs.names() == []
    with pytest.raises(Refused, match="there is none in use"):
        rungs.ladder_named(OURS)
    assert rungs.bring_ours("test", now=NOW).changed == 24
    assert rungs.names() == [OURS]


@pytest.mark.django_db
def test_who_brought_and_retired_a_ladder_is_told():
    bring(TWO)
    rungs.retire("test", "Fernwood", now=NOW)
    told = Entry.objects.filter(object_type="ladder", object_id="Fernwood").order_by("id")
    assert [each.action for each in told] == ["ladder brought in", "ladder retired"]
    assert told[0].detail["new"] == 2


# Goals


@pytest.mark.django_db
def test_a_goal_grows_in_the_kinds_of_its_rung_where_none_are_named(organisation):
    rung = Rung.objects.get(key="teaching-2")
    goal = actions.set_goal(organisation.mia, text="Teach", rung=rung, now=NOW)
    assert set(goal.kinds.values_list("key", flat=True)) == {"teaching", "documentation"}


@pytest.mark.django_db
def test_the_kinds_that_a_person_names_count_and_not_the_rungs(organisation):
    rung = Rung.objects.get(key="teaching-2")
    goal = actions.set_goal(organisation.mia, text="Teach", kinds=["detection"], rung=rung, now=NOW)
    assert set(goal.kinds.values_list("key", flat=True)) == {"detection"}


@pytest.mark.django_db
def test_a_kind_of_a_rung_that_is_spoken_of_no_more_keeps_no_goal_from_being_set(organisation):
    WorkKind.objects.filter(key="documentation").update(retired_at=NOW)
    goal = actions.set_goal(organisation.mia, text="Teach", rung=Rung.objects.get(key="teaching-2"), now=NOW)
    assert set(goal.kinds.values_list("key", flat=True)) == {"teaching"}
    assert GrowthGoal.objects.count() == 1


# The command


@pytest.fixture
def ladder(tmp_path, transactional_db):
    from django.conf import settings

    def run(*words: str, given: bytes = b""):
        return CliRunner().invoke(main, ["ladder", *words, "--home", str(settings.HOME)], input=given)

    ready(Path(settings.HOME))
    return run


def test_the_command_brings_in_lists_exports_retires_and_restores(ladder, tmp_path):
    file = tmp_path / "ladder.yaml"
    file.write_bytes(TWO)
    answer = json.loads(ladder("import", str(file), "--json").output)
    assert answer == {"ladder": "Fernwood", "new": 2, "changed": 0, "same": 0, "retired": 0}
    listed = json.loads(ladder("list", "--json").output)["rungs"]
    assert [each["key"] for each in listed if each["ladder"] == "Fernwood"] == ["mentor-1", "mentor-2"]
    exported = ladder("export", "Fernwood").output
    assert "0 new, 0 changed, 2 as they were" in ladder("import", "-", given=exported.encode()).output
    assert ladder("retire", "Fernwood").exit_code == 0
    assert ladder("export", "Fernwood").exit_code == 2
    assert json.loads(ladder("restore", "--json").output)["same"] == 24


def test_a_bad_file_is_one_message_with_line_and_column_and_exit_code_2(ladder):
    answer = ladder("import", "-", given=TWO.replace(b"level: 2", b"level: two"))
    assert answer.exit_code == 2
    assert "standard input:10:12: level: expected a whole number from 1 to 12, found 'two'" in answer.output
    assert "Fernwood" not in ladder("list").output


def test_an_unknown_ladder_is_answered_with_those_that_there_are(ladder):
    answer = ladder("retire", "Fernwod")
    assert answer.exit_code == 2
    assert "NAME: there is no ladder 'Fernwod' in use: expected one of Throughline" in answer.output
