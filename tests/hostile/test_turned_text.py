"""A title that turns the direction of its text is stored as it came and shown for what it is."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from datetime import UTC, datetime

import pytest
from tests.homes import ready
from tests.organisation import NOW
from tests.sources.files import stream

from throughline.engine.directions import CONTROLS
from throughline.measures.readside.columns import forget
from throughline.sources.actions import import_file
from throughline.sources.wishes import Wish
from throughline.vulnerabilities.models import Event, Vulnerability

TURNED = "Access of \u202euser\u202c is \u2067denied\u2069"
SHOWN = "Access of [U+202E]user[U+202C] is [U+2067]denied[U+2069]"


@pytest.fixture
def record(organisation):
    text = f"id,title,service,state,team\nA\u200f1,{TURNED},web\u202e,confirmed,Payments\n"
    import_file(stream(text), name="scan.csv", wish=Wish(), actor="command line", now=NOW)
    forget()
    yield Vulnerability.objects.get()
    forget()


def test_what_is_stored_is_what_came_and_the_same_again_is_the_same(record):
    assert record.title == TURNED
    text = f"id,title,service,state,team\nA\u200f1,{TURNED},web\u202e,confirmed,Payments\n"
    import_file(stream(text), name="scan.csv", wish=Wish(), actor="command line", now=datetime.now(UTC))
    assert (Vulnerability.objects.count(), Event.objects.count()) == (1, 1)


@pytest.mark.parametrize(
    "address", ["/vulnerabilities/", "/vulnerabilities/{}/", "/services/", "/vulnerabilities/?q=denied"]
)
def test_pages_name_what_would_turn_their_text(record, organisation, browser_of, address):
    page = browser_of(organisation.mia).get(address.format(record.pk)).text
    assert not set(CONTROLS) & set(page)
    assert (SHOWN if address != "/services/" else "web[U+202E]") in page


def test_a_form_keeps_what_it_may_send_back(record, organisation, browser_of):
    page = browser_of(organisation.mia).get("/vulnerabilities/", {"q": "den\u202eied"}).text
    assert 'name="q" value="den\u202eied"' in page


def test_csv_names_it_and_json_escapes_it(record, organisation, browser_of):
    see = browser_of(organisation.mia).get
    text = see("/vulnerabilities.csv").getvalue().decode()
    assert next(csv.DictReader(io.StringIO(text)))["title"] == SHOWN
    for address in ("/vulnerabilities.json", f"/vulnerabilities/{record.pk}.json"):
        answer = see(address)
        said = answer.getvalue().decode()
        assert not set(CONTROLS) & set(said)
        document = json.loads(said)
        assert (document["rows"][0] if "rows" in document else document)["title"] == TURNED


def run(*arguments):
    said = subprocess.run(
        [sys.executable, "-m", "throughline.cli", *map(str, arguments)], capture_output=True, text=True
    )
    assert not set(CONTROLS) & set(said.stdout + said.stderr)
    return said


def test_the_terminal_names_it_in_refusals_tables_and_json(tmp_path):
    home, file = ready(tmp_path / "home"), tmp_path / "scan.csv"
    file.write_text("id,title,severity\nA,x,den\u202eied\n")
    assert run("import", file, "--home", home).returncode == 2
    file.write_text(f"id,title,service\nA,{TURNED},web\u202e\n")
    run("import", file, "--home", home)
    assert "web[U+202E]" in run("metric", "count()", "--by", "service", "--home", home).stdout
    document = json.loads(run("metric", "count()", "--by", "service", "--home", home, "--json").stdout)
    assert "web\u202e" in json.dumps(document, ensure_ascii=False)
