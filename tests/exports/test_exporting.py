"""An export on disk: it fits what is declared, holds nothing private, and is whole or not there."""

from __future__ import annotations

import csv
import json
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner
from django.apps import apps
from tests.forecasts.rooms import a_room, a_scenario, answered
from tests.organisation import NOW

from throughline.assignments.models import Plan
from throughline.audit.models import Entry
from throughline.cli import main
from throughline.engine.refusals import Refused
from throughline.exports.actions import Format, export
from throughline.exports.dictionary import dictionary, markdown
from throughline.exports.tables import TABLES
from throughline.jobs.registry import Cancelled
from throughline.objectives.models import Cycle

pytestmark = pytest.mark.django_db
DOCS = Path(__file__).resolve().parents[2] / "docs"

# What of the database is in no table, and why: whoever adds a model decides.
NOT_EXPORTED = {
    "contenttypes": "Django's own",
    "auth": "Django's own",
    "sessions": "who is signed in",
    "accounts.User": "addresses and password hashes; names stand where they did something",
    "accounts.SignInLink": "tokens",
    "accounts.Token": "tokens",
    "accounts.SignInFailures": "who tried to sign in from where",
    "audit": "who did what has its own page for administrators",
    "jobs": "work that outlives a request, and passes",
    "live": "what changed lately, and passes",
    "outbound": "sealed secrets",
    "api": "tokens",
    "vulnerabilities.Attribute": "its values are in vulnerabilities.attributes",
    "vulnerabilities.SlaPolicy": "settings",
    "vulnerabilities.TriageRule": "settings",
    "vulnerabilities.TriageRuleVersion": "settings",
    "vulnerabilities.Catalogue": "which file was loaded last",
    "sources.Alias": "keys without a meaning outside",
    "sources.Rekey": "suspicions",
    "sources.Joining": "its effect is in events",
    "sources.Upload": "files that wait",
    "objectives.Counterpart": "what is agreed with other teams, in the plan as a file",
    "cycles": "snapshots and comments have pages",
    "planning": "the stages of planning have pages",
    "portfolio": "what might be done has a page",
    "assignments.Work": "what work needs has pages, and is a file",
    "assignments.Tie": "who must and who never does is said of people",
    "assignments.Weighing": "settings",
    "assignments.Answer": "what people answer to suggestions is theirs",
    "assignments.Matched": "answers that are kept for a while",
    "people": "private answers",
    "outcomes": "grades by person",
    "calibration": "each person's own training",
    "workshops": "notes and ballots",
    "surveys": "answers; the waves' scores are series_values",
    "inspiration": "the shelf has pages",
    "narratives": "stories have pages",
    "forecasts.Panelist": "who is asked",
    "forecasts.Message": "what was said between the rounds",
    "forecasts.Room": "its name is in forecast_rounds",
    "risk.Cost": "the register has a page",
    "risk.Appetite": "settings",
    "backups": "what was backed up",
    "dashboards": "saved lists of addresses",
    "reports": "frozen documents",
    "outbox": "who is told what",
    "connectors": "how tools are asked; what they said is in the tables of what it is about",
}


@pytest.fixture(scope="module")
def models() -> set[str]:
    from django.db.models import QuerySet

    found = [table.rows() for table in TABLES]
    return {rows.model._meta.label for rows in found if isinstance(rows, QuerySet)}


def test_every_model_is_in_a_table_or_named_with_the_reason_why_not(models):
    undecided = [
        model._meta.label
        for model in apps.get_models()
        if model._meta.label not in models
        and not {model._meta.label, model._meta.app_label} & set(NOT_EXPORTED)
    ]
    assert not undecided
    assert not {label for label in models if {label, label.split(".")[0]} & set(NOT_EXPORTED)}


def test_every_column_says_what_it_means_and_names_columns_that_exist():
    names = {f"{table.name}.{column.name}" for table in TABLES for column in table.columns}
    for table in TABLES:
        columns = [column.name for column in table.columns]
        assert len(set(columns)) == len(columns)
        assert set(table.key) <= set(columns), table.name
        for column in table.columns:
            assert column.meaning.endswith("."), f"{table.name}.{column.name} has no meaning"
            assert not column.to or column.to in names, f"{table.name}.{column.name} → {column.to}"


def test_the_page_of_the_dictionary_is_the_dictionary():
    assert (DOCS / "data-dictionary.md").read_text() == markdown(), "throughline export --dictionary"


@pytest.fixture
def register(organisation):
    """Records of two imports, one of them a leaked secret, and a title that a spreadsheet would run."""
    from tests.rules.objects import made

    from throughline.vulnerabilities.models import Event, Vulnerability

    found = made(organisation)
    one = Vulnerability.objects.get(pk=found["vulnerability"])
    formula = '=1+1, "quoted"\nand a second line'
    Vulnerability.objects.filter(pk=one.pk).update(title=formula, tags=["a,b", 'c"d'])
    leaked = Vulnerability.objects.create(
        feed=one.feed, key="V-leaked", title="Leaked", kind="secret", state="confirmed", asserted_at=NOW,
        description="Leaked: AKIA…MPLE",
    )  # fmt: skip
    changes = {"title": "Leaked", "description": "Leaked: AKIA…MPLE"}
    Event.objects.create(
        vulnerability=leaked, known_at=NOW, recorded_at=NOW, actor="test",
        action="created", changes=changes,
    )  # fmt: skip
    return found


def rows_of(path: Path) -> list[dict]:
    found = duckdb.sql(f"SELECT * FROM '{path}'")
    return [dict(zip(found.columns, row, strict=True)) for row in found.fetchall()]


def test_each_file_has_the_columns_types_and_rows_that_its_dictionary_declares(register, tmp_path):
    done = export("test", tmp_path / "out", Format.PARQUET, now=NOW)
    said = json.loads((tmp_path / "out" / "dictionary.json").read_text())
    assert {path.name for path in (tmp_path / "out").iterdir()} == {
        *("dictionary.json", "dictionary.md"),
        *(table["file"] for table in said["tables"]),
    }
    for table in said["tables"]:
        found = duckdb.sql(f"DESCRIBE SELECT * FROM '{tmp_path / 'out' / table['file']}'").fetchall()
        declared = [(each["name"], each["parquet"].removesuffix(" (JSON)")) for each in table["columns"]]
        assert [row[:2] for row in found] == declared
        assert len(rows_of(tmp_path / "out" / table["file"])) == table["rows"] == done.rows[table["name"]]
        for column in table["key"]:
            keys = [row[column] for row in rows_of(tmp_path / "out" / table["file"])]
            assert len(set(keys)) == len(keys) or len(table["key"]) > 1
    assert done.rows["vulnerabilities"] == 3
    assert [entry.action for entry in Entry.objects.all()][-1] == "record exported"


def test_parquet_holds_what_is_stored_and_csv_what_no_spreadsheet_runs(register, tmp_path):
    for format in Format:
        export("test", tmp_path / format.value, format, now=NOW)
    one, *_, secret = rows_of(tmp_path / "parquet" / "vulnerabilities.parquet")
    assert one["title"].startswith('=1+1, "quoted"\n')
    assert (one["tags"], one["severity"], one["severity_rank"]) == (["a,b", 'c"d'], "high", 3)
    assert one["identified_at"] == datetime(2026, 10, 1, tzinfo=UTC)
    assert one["description"] is None
    with (tmp_path / "csv" / "vulnerabilities.csv").open(newline="") as file:
        said = next(csv.DictReader(file))
    assert said["title"].startswith("'=1+1")
    assert (said["identified_at"], json.loads(said["tags"])) == ("2026-10-01T00:00:00Z", one["tags"])
    events = rows_of(tmp_path / "parquet" / "events.parquet")
    assert json.loads(events[-1]["changes"]) == {"title": "Leaked"}
    assert secret["description"] is None
    assert "AKIA" not in "".join(path.read_text() for path in (tmp_path / "csv").iterdir())


def test_a_number_leaves_with_its_reveal_and_never_with_a_name(organisation, tmp_path):
    from throughline.forecasts.actions import reveal

    hidden = answered(organisation, a_room(organisation, a_scenario("one")), 0.1234, 0.3)
    shown = answered(organisation, a_room(organisation, a_scenario("two")), 0.75, 0.5)
    reveal(organisation.mia, shown, now=NOW)
    export("test", tmp_path / "out", Format.CSV, now=NOW)
    forecasts = list(csv.DictReader((tmp_path / "out" / "forecasts.csv").open(newline="")))
    assert [row["probability"] for row in forecasts] == ["0.5", "0.75"]
    rounds = list(csv.DictReader((tmp_path / "out" / "forecast_rounds.csv").open(newline="")))
    assert [row["room_id"] for row in rounds] == [str(shown.pk)]
    written = "".join(path.read_text() for path in (tmp_path / "out").iterdir())
    assert "0.1234" not in written
    assert not set(forecasts[0]) & {"person", "person_id", "id", "at"}
    assert hidden.rounds.get().revealed_at is None


def test_who_does_what_leaves_as_it_was_published_a_row_a_piece_and_never_what_one_could_have_had(
    organisation, tmp_path
):
    cycle = Cycle.objects.create(
        key="2027-q1", title="Q1", start=date(2027, 1, 1), end=date(2027, 3, 31), created_at=NOW
    )
    mia, max_ = organisation.mia, organisation.max
    pieces = [
        {
            "person": mia.pk,
            "name": "Mia",
            "work": "initiative:rules",
            "title": "Rules",
            "share": 0.5,
            "weeks": 6,
        },
        {"person": max_.pk, "name": "Max", "work": "key_result:7", "title": "Doors", "share": 0.25},
    ]
    chose = [{"person": mia.pk, "options": [[0.1234, 0.5678, 0.9]], "chosen": [0]}]
    said = {"cycle": cycle, "author": "person:1 Max", "choices": chose}
    Plan.objects.create(document=[], note="Nobody yet", published_at=NOW, **said)
    plan = Plan.objects.create(document=pieces, note="Agreed", published_at=NOW, **said)
    for format in Format:
        done = export("test", tmp_path / format.value, format, now=NOW)
        assert done.rows["published_work"] == 2
    rows = rows_of(tmp_path / "parquet" / "published_work.parquet")
    assert [(row["plan_id"], row["cycle_id"], row["note"]) for row in rows] == [
        (plan.pk, cycle.pk, "Agreed")
    ] * 2
    assert [(row["name"], row["work"], row["share"], row["weeks"]) for row in rows] == [
        ("Mia", "initiative:rules", 0.5, 6.0),
        ("Max", "key_result:7", 0.25, None),
    ]
    assert rows[0]["published_at"] == NOW
    with (tmp_path / "csv" / "published_work.csv").open(newline="") as file:
        assert [(row["title"], row["weeks"]) for row in csv.DictReader(file)] == [
            ("Rules", "6"),
            ("Doors", ""),
        ]
    assert "0.5678" not in "".join(path.read_text() for path in (tmp_path / "csv").iterdir())


def test_an_earlier_export_is_replaced_and_anything_else_is_refused(organisation, tmp_path):
    target = tmp_path / "out"
    export("test", target, Format.CSV, now=NOW)
    export("test", target, Format.PARQUET, now=NOW)
    assert not list(target.glob("*.csv"))
    (target / "notes.txt").write_text("mine")
    with pytest.raises(Refused, match=r"holds what no export wrote \(notes.txt\)"):
        export("test", target, Format.CSV, now=NOW)
    assert (target / "notes.txt").read_text() == "mine"
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_whatever_ends_it_leaves_nothing_half(organisation, tmp_path):
    target = tmp_path / "out"
    export("test", target, Format.CSV, now=NOW)
    before = {path.name: path.read_bytes() for path in target.iterdir()}

    def stop(done: int, total: int, message: str) -> None:
        if "series" in message or "teams" not in message:
            raise Cancelled

    with pytest.raises(Cancelled):
        export("test", target, Format.PARQUET, now=NOW, progress=stop)
    assert {path.name: path.read_bytes() for path in target.iterdir()} == before
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
    assert Entry.objects.filter(action="record exported").count() == 1


def test_the_command_says_where_and_refuses_in_one_line(organisation, tmp_path, monkeypatch):
    monkeypatch.setattr("throughline.cli.export.open_home", lambda home: home)
    (tmp_path / "home").mkdir()

    def ask(*words):
        return CliRunner().invoke(main, ["export", *words, "--home", str(tmp_path / "home")])

    answer = ask("--parquet", str(tmp_path / "a"), "--csv", str(tmp_path / "b"), "--json")
    assert answer.exit_code == 0, answer.output
    both = json.loads(answer.stdout)["exports"]
    assert [(each["format"], each["rows"]["teams"]) for each in both] == [("parquet", 2), ("csv", 2)]
    for words, said in [
        ((), "--parquet: say where to write"),
        (("--csv", str(tmp_path)), "holds what no export wrote"),
        (("--csv", str(tmp_path / "a" / "teams.parquet")), "is a file: name a folder"),
        (("--csv", str(tmp_path / "a"), "--parquet", str(tmp_path / "a")), "one folder holds one format"),
    ]:
        refused = ask(*words)
        assert (refused.exit_code, len(refused.stderr.splitlines())) == (2, 1), refused.output
        assert said in refused.stderr
    assert json.loads(CliRunner().invoke(main, ["export", "--dictionary", "--json"]).stdout) == dictionary()
