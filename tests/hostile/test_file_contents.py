"""A file that somebody made to hurt is refused with a sentence, quickly, and never stored."""

from __future__ import annotations

import json
import time
from contextlib import suppress

import pytest
from tests.sources.files import NOW, problems, reading, stream

from throughline.engine.dates import NotADate, day_orders, is_ambiguous, parse_date
from throughline.engine.refusals import Refused
from throughline.sources import mapping, values
from throughline.sources.actions import import_file
from throughline.sources.columns import attribute_reader
from throughline.sources.fields import TARGETS
from throughline.sources.formats.tables import LONGEST_CELL
from throughline.sources.reading import MOST_ATTRIBUTES
from throughline.sources.wishes import Wish
from throughline.vulnerabilities.models import Attribute, Vulnerability

AT_MOST_SECONDS = 2.0


def seconds(work) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def test_a_row_that_is_too_large_in_all_is_refused_by_its_line():
    cells = ",".join(["x" * 90_000] * 20)
    columns = ",".join(f"c{number}" for number in range(20))
    (message,) = problems(f"id,{columns}\n1,{'y,' * 19}y\n2,{cells}\n")
    assert "line 3" in message
    assert "1,800,0" in message
    assert len(message) < 300


def test_a_row_below_the_limit_is_read():
    assert problems(f"id,a,b\n1,{'x' * 90_000},{'é' * 90_000}\n") == []


@pytest.mark.parametrize("name", ["file.csv", "file.json", "file.jsonl"])
def test_a_cell_that_is_too_long_is_refused(name):
    row = {"id": "1", "notes": "x" * (LONGEST_CELL + 1)}
    content = {
        "file.csv": f"id,notes\n1,{row['notes']}\n",
        "file.json": json.dumps([row]),
        "file.jsonl": '{"id": "0"}\n' + json.dumps(row) + "\n",
    }[name]
    with pytest.raises(Refused, match="more than 100,000 characters"):
        reading(content, name=name)


def wide(begin: int, end: int) -> str:
    names = [f"c{number}" for number in range(begin, end)]
    return f"id,{','.join(names)}\n1{',x' * len(names)}\n"


def stored(text: str) -> None:
    import_file(stream(text), name="file.csv", wish=Wish(source="wide"), actor="test", now=NOW)


def test_attributes_are_limited_in_all_and_not_only_in_one_file(db):
    stored(wide(0, MOST_ATTRIBUTES))
    with pytest.raises(Refused, match=f"at most {MOST_ATTRIBUTES} are kept"):
        stored(wide(MOST_ATTRIBUTES, MOST_ATTRIBUTES + 1))
    assert Attribute.objects.count() == MOST_ATTRIBUTES
    stored(wide(0, 3))


def test_a_file_with_too_many_attributes_stores_nothing(db):
    with pytest.raises(Refused, match="at most 500 are kept"):
        stored(wide(0, MOST_ATTRIBUTES + 1))
    assert (Attribute.objects.count(), Vulnerability.objects.count()) == (0, 0)


HURTFUL = [
    "1" + " " * 90_000 + "x",
    "1" + "," * 90_000 + "x",
    "1/1/2024" + " " * 90_000 + "\n1",
    "1 Jan 2024 10:00" + " " * 90_000 + "x",
    "2024/1/1" + " " * 90_000 + "\n1",
    "79" + " " * 90_000 + "5",
    "1." + "1" * 90_000 + ".",
    "AV:N/" + "a" * 90_000,
    "C:A/" * 22_000,
    "[" * 90_000,
]


@pytest.mark.parametrize("cell", HURTFUL, ids=range(len(HURTFUL)))
@pytest.mark.parametrize("field", [target.short for target in TARGETS if target.reads != "text"])
def test_no_cell_takes_long_to_read_as_a_field(field, cell):
    said = {mapping.target_named(field).name: "c"}

    def read() -> None:
        with suppress(Refused):
            problems(json.dumps([{"k": "1", "c": cell}]), name="f.json", maps=said)

    assert seconds(read) < AT_MOST_SECONDS


@pytest.mark.parametrize("cell", HURTFUL, ids=range(len(HURTFUL)))
def test_no_cell_takes_long_to_guess_about(cell):
    names = [target.usual[0] for target in TARGETS]
    row = dict.fromkeys(names, cell) | {"another": cell}

    def read() -> None:
        with suppress(Refused):
            reading(json.dumps([row]), name="f.json")

    assert seconds(read) < AT_MOST_SECONDS


def test_a_date_is_never_longer_than_people_write_them():
    cell = "1/1/2024" + " " * 90_000 + "\n1"
    with pytest.raises(NotADate, match="expected a date"):
        parse_date(cell)
    assert not is_ambiguous(cell)
    assert day_orders([cell]) == {"dmy", "mdy"}


def test_an_amount_of_a_usual_length_is_read_as_before():
    assert values.money(" $ 1,200.50 ") == {"award": 1200.5, "award_currency": "USD"}
    assert values.money("1'200'000 CHF") == {"award": 1_200_000.0, "award_currency": "CHF"}
    assert values.money("7") == {"award": 7.0}


def test_an_amount_that_is_too_long_is_refused_by_its_line():
    (message,) = problems(f"id,award\n1,{'9' * 400}\n")
    assert "line 2" in message
    assert "expected a finite amount" in message


def test_a_number_without_end_is_no_value_of_an_attribute():
    with pytest.raises(values.NotAValue, match="finite"):
        attribute_reader("number", zone=NOW.tzinfo)("1e400")


@pytest.mark.parametrize(
    ("first", "second"),
    [("status", "status_column"), ("long " * 30 + "a", "long " * 30 + "b")],
)
def test_two_columns_never_become_one_attribute(first, second):
    with pytest.raises(Refused) as refused:
        reading(f"id,{first},{second}\n1,a,b\n", maps={"state": ""})
    assert first[:50] in str(refused.value)
    assert "rename one of them" in str(refused.value)
