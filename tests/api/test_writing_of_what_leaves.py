"""What programs write of dashboards, reports, charts and tools, and what they take out of the house."""

from __future__ import annotations

import io

import pyarrow.parquet
import pypdf
from django.test import Client
from tests.api.programs import Program, assert_problem
from tests.rules.shared import house, objects, organisation

from throughline.api.models import Kept
from throughline.audit.models import Entry

__all__ = ["house", "objects", "organisation"]


def test_a_dashboard_is_made_arranged_and_shared_until_it_is_removed(objects, organisation):
    program = Program(organisation.max)
    slug = program.post("/dashboards", {"name": "For the board", "audience": "owner"}).json()["slug"]
    tiles = f"/dashboards/{slug}/tiles"
    nowhere = program.post(tiles, {"address": "/nowhere/"})
    assert assert_problem(nowhere, 422)["errors"][0]["pointer"] == "/address"
    first, second = (
        program.post(tiles, {"address": path}).json()["number"] for path in ("/key-results/", "/risk/")
    )
    program.ask("PUT", f"{tiles}/{second}/place", {"what": "before", "before": first})
    program.ask("PATCH", f"{tiles}/{first}", {"title": "Promises", "width": 2})
    shown = program.get(f"/dashboards/{slug}").json()["tiles"]
    assert [(each["number"], each["width"]) for each in shown] == [(second, 1), (first, 2)]
    assert shown[1]["title"] == "Promises"
    assert_problem(Program(organisation.ada).get(f"/dashboards/{slug}"), 404)

    kept = program.post(f"/dashboards/{slug}/links", {"days": 3}, idempotency_key="once")
    assert_problem(kept, 400, "told once", code="told_once")
    link = program.post(f"/dashboards/{slug}/links", {"days": 3}).json()
    path = link["address"].removeprefix("http://testserver")
    assert Client().get(path).status_code == 200
    assert "address" not in program.get("/links").json()["items"][-1]
    token = path.split("/")[2]
    assert token not in str([*Kept.objects.values(), *Entry.objects.values()])

    program.ask("PUT", f"/dashboards/{slug}/removed", {"removed": True})
    program.ask("PUT", f"/dashboards/{slug}/removed", {"removed": False})
    assert Client().get(path).status_code == 410
    # An administrator ends the links of a dashboard that she does not see.
    again = program.post(f"/dashboards/{slug}/links", {}).json()
    administrator = Program(organisation.ada)
    assert again["id"] in [each["id"] for each in administrator.get("/links").json()["items"]]
    assert administrator.post(f"/links/{again['id']}/revoke").json()["state"] == "revoked"


def test_a_report_is_written_and_fetched_in_each_form_with_its_media_type(objects, organisation):
    program, cycle = Program(organisation.max), f"/cycles/{objects['cycle']}"
    draft = {each["part"]: each["draft"] for each in program.get(f"{cycle}/report").json()["report"]["texts"]}
    said = {"narrative": "Fewer keys in code.", "next": draft["next"]}
    written = program.ask("PATCH", f"{cycle}/report/texts", said).json()["report"]["texts"]
    assert {each["part"]: each["written"] for each in written} == {
        "narrative": "Fewer keys in code.",
        "learnt": "",
        # What says what the draft says stays the draft of the day.
        "next": "",
    }
    begins = {"pdf": b"%PDF", "pptx": b"PK", "xlsx": b"PK", "md": b"# "}
    for ending, first in begins.items():
        answer = program.get(f"{cycle}/report.{ending}")
        assert answer.content.startswith(first), ending
        assert (
            answer["Content-Type"] == file_of_page(organisation, f"{cycle}/report.{ending}")["Content-Type"]
        )
        assert answer["ETag"]
    pages = pypdf.PdfReader(io.BytesIO(program.get(f"{cycle}/report.pdf").content)).pages
    assert "Fewer keys in code." in pages[0].extract_text()
    assert_problem(program.get(f"{cycle}/report.exe"), 404)


def file_of_page(organisation, path: str):
    """The same file from the page."""
    browser = Client()
    browser.force_login(organisation.max)
    return browser.get(path)


def test_an_annotation_stands_on_its_chart_until_it_is_removed(objects, organisation):
    program, chart = Program(organisation.mia), f"series:{objects['series']}"
    said = {"text": "The cache is cold", "start": "2026-11-20", "chart": chart}
    refused = program.post("/annotations", {**said, "chart": "series:none"})
    assert assert_problem(refused, 422)["errors"][0]["pointer"] == "/chart"
    made = program.post("/annotations", said).json()
    of_chart = f"/annotations?chart={chart}"
    assert made["id"] in [each["id"] for each in program.get(of_chart).json()["items"]]
    removed = program.ask("PUT", f"/annotations/{made['id']}/removed", {"removed": True}).json()
    assert removed["removed_at"]
    assert made["id"] not in [each["id"] for each in program.get(of_chart).json()["items"]]


def test_a_table_is_the_same_as_csv_and_as_parquet_and_stands_in_the_audit_record(objects, organisation):
    program = Program(organisation.max)
    names = [each["name"] for each in program.get("/exports/tables?limit=200").json()["items"]]
    assert {"vulnerabilities", "events", "measurements"} <= set(names)
    parquet = b"".join(program.get("/exports/tables/vulnerabilities.parquet").streaming_content)
    table = pyarrow.parquet.read_table(io.BytesIO(parquet))
    text = b"".join(program.get("/exports/tables/vulnerabilities.csv").streaming_content).decode()
    head, *rows = text.strip().split("\r\n")
    assert head.split(",") == table.column_names
    assert len(rows) == table.num_rows > 0
    taken = Entry.objects.filter(action="table exported").order_by("id")
    assert [each.detail["format"] for each in taken] == ["parquet", "csv"]
    assert_problem(Program(organisation.max, ["read"]).get("/exports/tables/events.csv"), 403, code="scope")
    assert_problem(program.get("/exports/tables/passwords.csv"), 404)


def test_a_tool_is_read_and_what_it_said_is_decided_on(objects, organisation):
    from throughline.connectors.models import Sync

    program, path = Program(organisation.max), f"/connectors/{objects['connector']}"
    assert [each["name"] for each in program.get("/connectors").json()["items"]] == ["Tracker"]
    (aside,) = program.get(path).json()["aside"]
    said = program.ask("PUT", f"/quarantine/{aside['id']}/decision", {"decision": "accepted"})
    assert "cannot be accepted" in assert_problem(said, 422)["detail"]
    said = program.ask("PUT", f"/quarantine/{aside['id']}/decision", {"decision": "discarded"})
    assert said.json()["decided"] == "discarded"
    assert Entry.objects.filter(action="quarantine decided", actor__contains="token").count() == 1
    begun = program.post(f"{path}/syncs", {"dry": True})
    assert (begun.status_code, begun.json()["outcome"], begun.json()["dry"]) == (202, "running", True)
    assert program.get(f"/syncs/{begun.json()['id']}").json()["outcome"] == "running"
    assert "is being read since" in assert_problem(program.post(f"{path}/syncs", {}), 422)["detail"]
    assert program.get(path).json()["aside"] == []
    Sync.objects.filter(pk=begun.json()["id"]).delete()
