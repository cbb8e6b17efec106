"""Company goals in and out, as tables and as text."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from throughline.audit.models import Entry
from throughline.cli import main
from throughline.objectives.models import Goal
from throughline.plans.differences import plain
from throughline.plans.format.amounts import plain_text
from throughline.plans.format.goals import csv_text, markdown_text, read_csv, read_markdown
from throughline.plans.format.problems import Problems

TRUST = {
    "key": "trust",
    "title": "Win trust",
    "owner": "Lena",
    "source": "",
    "description": "Of all.\n\n- A list",
}
GROW = {"key": "grow", "title": "Grow", "owner": "", "source": "https://example.org", "description": ""}


def read(text: str, stored=(), kind: str = "csv") -> list[dict]:
    reader = {"csv": read_csv, "markdown": read_markdown}[kind]
    name = {"csv": "goals.csv", "markdown": "goals.md"}[kind]
    return [plain(each) for each in reader(text.encode(), file=name, stored=stored)["goals"]]


def refused(text: str, kind: str = "csv") -> list[str]:
    with pytest.raises(Problems) as problems:
        read(text, kind=kind)
    return [str(each) for each in problems.value.found]


def test_both_forms_say_all_of_a_goal():
    assert csv_text([TRUST, GROW]) == (
        "key,title,owner,source,description\n"
        'trust,Win trust,Lena,,"Of all.\n\n- A list"\n'
        "grow,Grow,,https://example.org,\n"
    )
    assert markdown_text([TRUST, GROW]) == (
        "# Company goals\n\n"
        "## Win trust {#trust}\n\nOwner: Lena\n\nOf all.\n\n\\- A list\n\n"
        "## Grow {#grow}\n\nSource: https://example.org\n"
    )


_TEXT = st.text("ab=-+@'\\# {}*`~1.)\n\té:OwnerSource,;\"", max_size=30).map(plain_text)
_LINE = st.text("ab=-+@'\\#{}*`1.)é:,;\" ", min_size=1, max_size=20).map(lambda text: " ".join(text.split()))
_GOALS = st.lists(
    st.fixed_dictionaries(
        {
            "key": st.sampled_from(["a", "b-c", "d"]),
            "title": _LINE.filter(bool),
            "owner": _LINE,
            "source": _LINE,
            "description": _TEXT,
        }
    ),
    min_size=1,
    unique_by=lambda goal: goal["key"],
)


@given(_GOALS)
def test_a_table_reads_back_as_it_was(goals):
    assert read(csv_text(goals)) == goals


@given(_GOALS)
def test_a_text_reads_back_as_it_was(goals):
    assert read(markdown_text(goals), kind="markdown") == goals


def test_what_a_spreadsheet_would_run_stands_behind_an_apostrophe():
    assert "'=HYPERLINK" in csv_text([{**GROW, "title": '=HYPERLINK("x")'}])


@pytest.mark.parametrize(
    ("text", "titles"),
    [
        ("# Win trust\nText\n# Grow\n", ["Win trust", "Grow"]),
        ("# Our goals\nIntro\n## Win trust\n### Details\nText\n## Grow ##\n", ["Win trust", "Grow"]),
        ("# Our goals\n\n- Win trust\n  in Europe\n- Grow\n", ["Win trust", "Grow"]),
        ("1. Win trust\n2. Grow\n", ["Win trust", "Grow"]),
        ("* Win trust\n\n```\n# not a heading\n- not an item\n```\n", ["Win trust"]),
        ("## Win trust\r\n\r\nText\r\n", ["Win trust"]),
    ],
)
def test_headings_and_items_of_a_list_are_goals(text, titles):
    assert [goal["title"] for goal in read(text, kind="markdown")] == titles


def test_what_follows_describes_the_goal():
    [goal, _] = read(
        "- Win trust\n  Owner: Lena\n\n  Of large customers,\n    in Europe.\n- Grow\n", kind="markdown"
    )
    assert (goal["owner"], goal["description"]) == ("Lena", "Of large customers,\n  in Europe.")


def test_a_goal_without_a_key_is_known_by_its_title_and_a_new_one_gets_a_key_of_its_own():
    text = "title\nwin TRUST\nGrow!\nGrow?\n"
    assert [goal["key"] for goal in read(text, stored=[TRUST])] == ["trust", "grow", "grow-2"]


def test_a_column_that_is_missing_leaves_what_is_stored():
    [goal] = read("key,title\ntrust,Earn trust\n", stored=[TRUST])
    assert goal == {**TRUST, "title": "Earn trust"}


def test_what_is_wrong_with_a_table_is_named_by_file_and_line():
    assert refused("key,titel\na,A\n") == [
        "goals.csv:1:1: a column title is missing",
        "goals.csv:1:2: there is no column 'titel' (did you mean title?): expected key, title, owner, "
        "source, description",
    ]
    many = f'key,title,description\nA B,"Two\nlines",\n,,nothing\nb,{"x" * 241},\nb,B,\n'
    assert refused(many) == [
        "goals.csv:2:1: key: expected a key of small letters, digits and hyphens such as detect-faster, "
        "found 'A B'",
        "goals.csv:4:2: title: expected a text, found nothing",
        "goals.csv:5:2: title: expected at most 240 characters, found 241",
        "goals.csv:6:2: the goal 'b' is written at goals.csv:5:2 already: keep one of the two",
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "expected the columns"),
        ('title\n"open', "this is no CSV"),
        ("title\n\0\n", "goals.csv:2:1: the character U+0000"),
        ("title\na,b\n", "goals.csv:2:2: there is no column 2: 'b'"),
        ("title\n", "there is no goal in it"),
    ],
)
def test_a_table_that_cannot_be_read_is_refused(text, message):
    [found] = refused(text)
    assert message in found


def test_what_is_wrong_with_a_text_is_named_by_file_and_line():
    assert refused("Only a paragraph.\n", kind="markdown") == ["goals.md:1:1: there is no goal in it"]
    assert refused("# A {#Not a key}\n\n# B {#No}\n", kind="markdown")[0].startswith("goals.md:3:3: key: ")


@pytest.fixture
def goals(db, monkeypatch, tmp_path):
    monkeypatch.setattr("throughline.cli.plan_goals.open_home", lambda home: home)
    monkeypatch.setattr("throughline.cli.plan_goals.there", lambda home: home)
    monkeypatch.chdir(tmp_path)
    return lambda *words: CliRunner().invoke(main, ["plan", "goals", *words])


def test_the_commands_bring_goals_in_and_out_and_again_changes_nothing(goals):
    Path("goals.csv").write_text(csv_text([TRUST, GROW]))
    assert goals("import", "goals.csv", "--dry-run").stdout.endswith(
        "2 to add. Dry run: nothing was changed.\n"
    )
    assert not Goal.objects.exists()
    assert goals("import", "goals.csv").stdout.endswith("2 to add. Applied.\n")
    assert goals("export").stdout == csv_text([TRUST, GROW])
    assert goals("export", "--format", "markdown", "-o", "goals.md").exit_code == 0
    entries = Entry.objects.count()
    for file in ("goals.csv", "goals.md"):
        assert goals("import", file).stdout == "Nothing differs.\n"
    assert Entry.objects.count() == entries


def test_a_file_of_neither_kind_is_asked_what_it_is(goals):
    Path("goals.txt").write_text("- Grow\n")
    assert goals("import", "goals.txt").exit_code == 2
    assert goals("import", "goals.txt", "--format", "markdown").exit_code == 0
    assert goals("import", "missing.csv").stderr.startswith("Error: missing.csv: the file cannot be read")
