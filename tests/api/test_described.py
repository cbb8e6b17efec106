"""The description of the API is true: schemathesis tries every operation, and checks each answer against it.

In this process and with few examples, always the same ones, so that it costs seconds.
"""

from __future__ import annotations

import functools
from collections import Counter

import pytest
import schemathesis
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode, checks
from schemathesis.config import AnalysisConfig, ConstantsConfig
from schemathesis.specs.openapi import checks as described_by
from tests.api.programs import Program, value_of
from tests.api.rows import OPERATIONS
from tests.rules.shared import house, objects, organisation

from throughline.api.subject import Sent, Told

__all__ = ["house", "objects", "organisation"]
MODES = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
# What only reads takes fewer paths than what writes.
EXAMPLES_OF_READING, EXAMPLES_OF_WRITING = 2, 4
CHECKS = [
    checks.not_a_server_error,
    described_by.status_code_conformance,
    described_by.content_type_conformance,
    described_by.response_headers_conformance,
    described_by.response_schema_conformance,
    described_by.negative_data_rejection,
]


@functools.cache
def operations():
    from throughline.site.wsgi import application

    config = schemathesis.Config()
    # Each call carries a token of ours, so making up others would try nothing.
    config.projects.default.generation.update(with_security_parameters=False)
    # Words of our source among the examples would make them others whenever it changes, and are slow to find.
    config.projects.default.analysis = AnalysisConfig(constants=ConstantsConfig(enabled=False))
    # What is far too long is refused by its size, before anybody reads it.
    config.projects.default.checks.negative_data_rejection.expected_statuses.append("413")
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application, config=config)
    found = [each.ok() for each in schema.get_all_operations()]
    return {each.definition.raw["operationId"]: each for each in found}


@pytest.fixture(autouse=True, scope="module")
def _the_connection_stays_open():
    """A request ends by closing a connection that holds a transaction, which is the test's."""
    from django.core.signals import request_finished, request_started
    from django.db import close_old_connections

    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def token(organisation, settings) -> str:
    """An administrator's, who reaches everything that there is."""
    settings.THROUGHLINE_API_PER_MINUTE = 100_000
    return value_of(Program(organisation.ada))


@pytest.mark.parametrize("mode", MODES, ids=lambda mode: mode.value)
@pytest.mark.parametrize("name", OPERATIONS)
def test_each_answer_is_as_the_description_says(name, mode, objects, token):
    operation, row = operations()[name], OPERATIONS[name]
    if not (operation.query or operation.path_parameters or operation.body):
        # Nothing can be wrong of it.
        mode = GenerationMode.POSITIVE
    path = {key: value.format(**objects) for key, value in row.path.items()}
    said = {"path_parameters": path} if path and mode is GenerationMode.POSITIVE else {}

    @settings(
        max_examples=EXAMPLES_OF_READING if operation.method == "get" else EXAMPLES_OF_WRITING,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode, **said))
    def holds(case) -> None:
        with transaction.atomic():
            answer = case.call(headers={"Authorization": f"Bearer {token}"})
            transaction.set_rollback(True)
        case.validate_response(answer, checks=CHECKS)

    holds()


def test_what_each_operation_is_documented_to_need_is_the_scope_it_asks_for():
    for operation in operations().values():
        raw = operation.definition.raw
        assert raw["summary"], raw["operationId"]
        assert {"401", "403", "404", "429"} <= set(raw["responses"])


def test_no_two_forms_share_a_name_since_the_description_holds_one_of_each():
    operations()
    forms, found = [Sent, Told], []
    while forms:
        form = forms.pop()
        forms += form.__subclasses__()
        found.append(form.__name__.partition("[")[0])
    assert [name for name, n in Counter(found).items() if n > 1] == []
