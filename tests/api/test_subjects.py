"""What the operations do: the same as the pages, for the same person."""

from __future__ import annotations

import json
from datetime import datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.api.programs import Program, assert_problem
from tests.organisation import NOW
from tests.rules.shared import house, objects, organisation
from tests.rules.test_query_counts import more_of_everything
from tests.sources.putting_in import work

from throughline.objectives import items
from throughline.objectives.models import Cycle
from throughline.portfolio.actions import add_candidate
from throughline.risk.actions import add_scenario

__all__ = ["house", "objects", "organisation"]

ARRIVALS = "?metric=arrivals&by=severity&to=2026-11-01"
# What grows with the clock, in the moment between two questions.
GROWING = ("now", "expected")
PROMISE = {
    "kind": "keep",
    "metric": "queue_minutes",
    "bound_high": 14,
    "allowed_outside": 7,
    "start": "2026-10-01",
    "due": "2026-12-31",
    "owner": "Max",
}


@pytest.mark.parametrize(
    ("path", "page"),
    [
        ("/key-results/{key_result}", "/key-results/{key_result}.json"),
        ("/vulnerabilities/{vulnerability}", "/vulnerabilities/{vulnerability}.json"),
        ("/imports/{import}", "/imports/{import}.json"),
        ("/jobs/{job}", "/jobs/{job}.json"),
        ("/cycles/{cycle}", "/cycles/{cycle}.json"),
        ("/thread?cycle={cycle}", "/thread.json?cycle={cycle}"),
        (f"/metrics/answer{ARRIVALS}", f"/metrics.json{ARRIVALS}"),
    ],
)
def test_the_page_and_the_api_say_the_same(path, page, objects, organisation, browser_of):
    answer = Program(organisation.ada).get(path.format(**objects))
    shown = browser_of(organisation.ada).get(page.format(**objects))
    assert answer.status_code == 200
    assert _without_clock(answer.content) == _without_clock(shown.content)


def _without_clock(content: bytes) -> object:
    """The document without what the clock moves, its instants to the second: one writer has more digits."""

    def read(pairs):
        return {name: _instant(value) for name, value in pairs if name not in GROWING}

    return json.loads(content, object_pairs_hook=read)


def _instant(value: object) -> object:
    if not isinstance(value, str) or len(value) < 20 or value[4:5] != "-":
        return value
    try:
        return datetime.fromisoformat(value).replace(microsecond=0)
    except ValueError:
        return value


def test_a_team_sees_its_own_slice(objects, organisation):
    seen = {
        who: [
            each["id"] for each in Program(getattr(organisation, who)).get("/vulnerabilities").json()["items"]
        ]
        for who in ("vera", "omar", "max")
    }
    mine = objects["vulnerability"]
    assert mine in seen["vera"]
    assert mine in seen["max"]
    assert mine not in seen["omar"]
    counted = {
        who: Program(getattr(organisation, who))
        .get("/metrics/answer?metric=count()")
        .json()["rows"][0]["value"]
        for who in ("omar", "max")
    }
    assert counted["omar"] < counted["max"]


def test_walking_vulnerabilities_page_by_page_is_the_whole_list(objects, organisation):
    program = Program(organisation.ada)
    whole = [each["id"] for each in program.get("/vulnerabilities?limit=200").json()["items"]]
    seen, address = [], "/vulnerabilities?limit=1"
    while address:
        answer = program.get(address).json()
        seen += [each["id"] for each in answer["items"]]
        address = answer["next"] and answer["next"].removeprefix("/api/v1")
    assert seen == whole == sorted(whole)
    streamed = b"".join(program.get("/vulnerabilities.jsonl").streaming_content)
    assert [json.loads(line)["id"] for line in streamed.splitlines()] == whole
    counts = program.get("/vulnerabilities/counts").json()
    assert (counts["total"], counts["open"] > 0) == (len(whole), True)
    assert counts["before"].keys() == {"total", "open", "median", "mean"}
    filtered = program.get(
        "/vulnerabilities?severity=high&severity=critical&where=state = 'confirmed'"
    ).json()
    assert {each["severity"] for each in filtered["items"]} <= {"high", "critical"}
    assert_problem(program.get("/vulnerabilities?where=severty = 'high'"), 400, "severty")


def test_a_figure_is_pushed_promised_and_judged(objects, organisation):
    program = Program(organisation.max)
    values = [{"at": f"2026-{month}-01", "value": 12.5} for month in ("10", "11")]
    about = {"unit": "minutes", "better": "lower", "title": "Minutes in a queue"}
    pushed = program.post("/series/queue_minutes/values", {"values": values, "about": about}).json()
    assert (pushed["added"], pushed["series"]["unit"]) == (2, "minutes")
    made = program.post("/key-results", PROMISE)
    assert made.status_code == 201
    stands = program.get(f"/key-results/{made.json()['id']}").json()
    assert stands["value"] == 12.5
    assert stands["sentence"].startswith("Minutes in a queue, at most 14 minutes")
    assert stands["verdict"] == "open"


def test_what_cannot_be_decided_is_refused_beside_its_field(objects, organisation):
    program = Program(organisation.max)
    refused = assert_problem(program.post("/key-results", {**PROMISE, "metric": "no_such"}), 422)
    assert refused["errors"][0]["pointer"] == "/metric"
    undated = {name: value for name, value in PROMISE.items() if name != "due"}
    assert assert_problem(program.post("/key-results", undated), 422)["errors"][0]["pointer"] == "/due"


def test_nobody_overwrites_a_version_that_she_has_not_seen(objects, organisation):
    program, path = Program(organisation.max), f"/key-results/{objects['key_result']}"
    tag = program.get(path)["ETag"]
    change = {"target": 10, "reason": "target moved", "text": "More is possible"}
    first = program.post(f"{path}/versions", change, if_match=tag)
    assert (first.status_code, first.json()["version"]) == (201, 2)
    late = program.post(f"{path}/versions", {**change, "target": 9}, if_match=tag)
    assert_problem(late, 412, "version 2 now", code="changed_meanwhile")
    assert (
        program.post(
            f"{path}/versions", {**change, "target": 9}, if_match=program.get(path)["ETag"]
        ).status_code
        == 201
    )


def test_a_gate_that_is_shut_says_what_it_asks(objects, organisation):
    refused = Program(organisation.max).ask("PUT", f"/cycles/{objects['cycle']}/state", {"state": "set"})
    assert assert_problem(refused, 422, code="gate")["errors"]


def test_an_initiative_is_written_with_its_people_and_the_line_that_it_serves(objects, organisation):
    program = Program(organisation.max)
    work = {
        "title": "Scan all",
        "cycle": objects["cycle"],
        "effort_low": 1,
        "effort_high": 3,
        "people": ["Mia"],
    }
    made = program.post("/initiatives", work).json()
    line = {"lower": f"initiative:{made['key']}", "upper": f"objective:{objects['objective']}"}
    assert program.post("/lines", line).json()["kind"] == "contributes"
    read = program.get(f"/initiatives/{made['key']}").json()
    assert (read["people"], read["effort_high"]) == (["Mia"], 3)
    assert read["serves"] == [{"to": line["upper"], "kind": "contributes"}]
    swapped = assert_problem(program.post("/lines", {"lower": line["upper"], "upper": line["lower"]}), 422)
    assert "no edge leads from objective to initiative" in swapped["detail"]


def test_a_triage_is_of_all_or_none_and_is_taken_back(objects, organisation):
    program, mine = Program(organisation.mia), objects["vulnerability"]
    refused = program.post("/vulnerabilities/triage", {"ids": [mine], "state": "accepted"})
    assert assert_problem(refused, 422)["errors"][0]["pointer"] == "/reason"
    assert_problem(
        program.post("/vulnerabilities/triage", {"ids": [mine, 987654], "state": "confirmed"}), 404
    )
    done = program.post(
        "/vulnerabilities/triage", {"ids": [mine], "state": "false positive", "reason": "A test"}
    )
    assert done.json() == {"changed": 1}
    assert program.get(f"/vulnerabilities/{mine}").json()["state"] == "false positive"
    assert program.post("/vulnerabilities/undo", {"ids": [mine]}).json() == {"changed": 1}


@pytest.mark.parametrize(
    ("body", "query", "said"),
    [
        (b"id,severity,identified\nA,high,2026-10-01\n", "", {"created": 1}),
        (b"id,severity,identified\nA,hihg,2026-10-01\n", "", "hihg"),
        (
            b"Nr,Risk,Seen\nA,high,2026-10-01\n",
            "&map=id=Nr&map=severity=Risk&map=identified=Seen",
            {"created": 1},
        ),
    ],
)
def test_a_file_comes_in_by_a_job_that_says_what_came_of_it(body, query, said, objects, organisation):
    program = Program(organisation.max)
    answer = program.post(
        f"/imports?file_name=register.csv{query}", body, content_type="application/octet-stream"
    )
    assert answer.status_code == 202, answer.content
    [job] = answer.json()["jobs"]
    work()
    result = program.get(f"/jobs/{job['id']}").json()["result"]
    if isinstance(said, str):
        assert said in result["refused"]
    else:
        assert program.get(f"/imports/{result['import']}").json()["created"] == said["created"]


def test_a_file_that_is_sent_again_with_its_key_is_imported_once(objects, organisation):
    program = Program(organisation.max)

    def send(body: bytes):
        kind = "application/octet-stream"
        return program.post("/imports?file_name=a.csv", body, content_type=kind, idempotency_key="today")

    first, again = (send(b"id,severity,identified\nA,high,2026-10-01\n") for _ in range(2))
    assert first.json() == again.json()
    assert again["Idempotency-Replayed"] == "true"
    assert_problem(send(b"id,severity,identified\nB,high,2026-10-01\n"), 422, code="key_reused")
    assert len(program.get("/jobs").json()["items"]) == 1


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("", "file_name"),
        ("?file_name=..", "expected the name of a file, such as trivy.json, not '..'"),
        ("?file_name=/", "expected the name of a file, such as trivy.json, not '/'"),
        ("?file_name=a.csv&map=nonsense", "expected FIELD=COLUMN"),
        ("?file_name=a.csv&format=nessus9", "there is no format"),
        ("?file_name=a.csv&as_of=someday", "as_of"),
        ("?file_name=a.csv&zone=Mars", "zone"),
    ],
)
def test_a_file_whose_choices_make_no_sense_is_not_kept(query, said, objects, organisation):
    from throughline.sources.models import Upload

    before = Upload.objects.count()
    answer = Program(organisation.max).post(
        f"/imports{query}", b"id,severity\nA,high\n", content_type="application/octet-stream"
    )
    assert_problem(answer, 400, said)
    assert Upload.objects.count() == before


@pytest.mark.parametrize(
    "path",
    [
        *("/goals", "/objectives", "/initiatives", "/key-results", "/check-ins", "/cycles"),
        *("/scenarios", "/team", "/stories", "/cycles/2027-q1-drafted/candidates", "/cycles/2027-q1/work"),
    ],
)
def test_a_longer_list_costs_no_more_questions(path, objects, organisation):
    program = Program(organisation.max)
    program.get("/me")
    few = _questions(program, path)
    more_of_everything(organisation)
    cycle = Cycle.objects.get(key=objects["cycle"])
    drafted = Cycle.objects.get(key="2027-q1-drafted")
    for number in range(3):
        items.add_item("test", "goal", title=f"Goal {number}", now=NOW)
        items.add_item("test", "objective", title=f"Objective {number}", cycle=cycle, now=NOW)
        items.add_item("test", "initiative", title=f"Work {number}", cycle=cycle, now=NOW)
        add_candidate("test", cycle=drafted, title=f"Candidate {number}", now=NOW)
        asked = {"statement": f"Laptop {number} is taken over", "criteria": "So it is said.", "judge": "Max"}
        add_scenario("test", start="2027-01-01", now=NOW, **asked)
    assert len(_questions(program, path)) <= len(few)


def _questions(program: Program, path: str) -> list[str]:
    with CaptureQueriesContext(connection) as captured:
        assert program.get(path).status_code == 200
    return [query["sql"] for query in captured]


def test_a_what_if_without_work_says_what_to_name(max_program):
    said = "expected the work that is done, as ?initiative=KEY"
    found = assert_problem(max_program.get("/risk/what-if"), 400, said, code="missing")
    assert found["errors"][0]["parameter"] == "initiative"


@pytest.mark.parametrize("address", ["/api/v1", "/api/v1/"])
def test_the_root_leads_to_the_description(address):
    answer = Client().get(address, follow=True)
    assert (answer.status_code, answer.json()["openapi"]) == (200, "3.1.0")
    assert_problem(Client().post("/api/v1/"), 405, "takes GET, HEAD only")
