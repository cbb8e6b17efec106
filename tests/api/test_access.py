"""Who reaches what by the API: every operation of the description, by every kind of token."""

from __future__ import annotations

import functools
from typing import Any

import pytest
from django.db import transaction
from tests.api.operation import Operation
from tests.api.programs import Program, assert_problem
from tests.api.rows import OPERATIONS
from tests.rules.rows import ORDER
from tests.rules.shared import house, objects, organisation
from tests.rules.test_access_table import PEOPLE

from throughline.accounts.scopes import READS, SCOPES

pytestmark = pytest.mark.usefixtures("in_november")

__all__ = ["house", "objects", "organisation"]


@functools.cache
def described() -> dict[str, tuple[str, str, str]]:
    """Method, path and scope of every operation by its name, as the description has them."""
    from throughline.api.urls import house

    return {
        operation["operationId"]: (
            method.upper(),
            path.removeprefix("/api/v1"),
            operation["security"][0]["token"][0],
        )
        for path, methods in house.get_openapi_schema()["paths"].items()
        for method, operation in methods.items()
    }


def test_every_operation_has_a_row_and_every_row_an_operation():
    assert sorted(OPERATIONS) == sorted(described())


def test_a_read_needs_a_scope_of_reading_and_a_write_one_of_writing():
    for name, (method, _, scope) in described().items():
        assert (scope in READS) == (method == "GET"), name
        assert scope in SCOPES


def ask(program: Program, name: str, objects: dict[str, int | str]):
    row, (method, path, _) = OPERATIONS[name], described()[name]
    kwargs = {key: value.format(**objects) for key, value in row.path.items()}
    headers = {"content_type": "application/octet-stream"} if isinstance(row.body, bytes) else {}
    # What one does is no matter of the next.
    with transaction.atomic():
        answer = program.ask(
            method, path.format(**kwargs) + row.query.format(**objects), filled(row.body, objects), **headers
        )
        if answer.streaming:
            b"".join(answer.streaming_content)
        transaction.set_rollback(True)
    return answer


def filled(body: Any, objects: dict[str, int | str]) -> Any:
    """The body with what stands in braces filled, numbers as numbers."""
    if isinstance(body, dict):
        return {name: filled(each, objects) for name, each in body.items()}
    if isinstance(body, list):
        return [filled(each, objects) for each in body]
    if not isinstance(body, str) or not body.startswith("{"):
        return body
    text = body.format(**objects)
    return int(text) if text.isdigit() else text


def expected(row: Operation, who: str) -> frozenset[int]:
    if who == "stranger":
        return frozenset({401})
    if PEOPLE[who] < ORDER.index(row.least) or (row.team and who == "omar"):
        return frozenset({404})
    return row.done


@pytest.mark.parametrize("name", OPERATIONS)
def test_an_operation_is_for_those_whom_the_table_names(name, objects, organisation):
    scope = described()[name][2]
    for who in PEOPLE:
        owner = getattr(organisation, who, None)
        # The scope alone opens nothing that the role of its owner does not.
        answer = ask(Program(owner, [scope]), name, objects)
        assert answer.status_code in expected(OPERATIONS[name], who), f"{name} by {who}: {answer.status_code}"
        if answer.status_code >= 400:
            assert_problem(answer, answer.status_code)
    others = [other for other in SCOPES if other != scope]
    assert_problem(ask(Program(organisation.ada, others), name, objects), 403, code="scope")


@pytest.mark.parametrize("name", [name for name, row in OPERATIONS.items() if row.path and not row.makes])
def test_what_is_absent_answers_like_what_is_forbidden(name, objects, organisation):
    answer = ask(Program(organisation.mia), name, dict.fromkeys(objects, "987654"))
    absent = ask(Program(organisation.ada), name, dict.fromkeys(objects, "987654"))
    assert_problem(absent, 404)
    assert answer.json() == absent.json()
