"""The API as a whole: its subjects, what it says no with, and its description (OpenAPI 3.1)."""

from __future__ import annotations

import importlib
import itertools
import logging
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema
from ninja.operation import Operation

from throughline import __version__
from throughline.api.answering import guarded
from throughline.api.problems import ABSENT, MEDIA_TYPE, No, answer_of, of_invalid, of_refused
from throughline.api.reading import Bodies
from throughline.api.subject import TOLD_ONCE
from throughline.engine.refusals import Refused

log = logging.getLogger(__name__)
# Each is a module with a `router`.
SUBJECTS = [
    "accounts.api", "vulnerabilities.api", "sources.api", "measures.api", "series.api", "objectives.api",
    "objectives.plan_api", "reviews.api", "cycles.api", "thread.api", "jobs.api",
    "risk.api", "forecasts.api", "calibration.api", "planning.api", "workshops.api", "portfolio.api",
    "portfolio.choosing_api", "risk.treating_api", "forecasts.rates_api", "forecasts.leading_api",
    "cycles.talk_api", "workshops.suggesting_api",
    "surveys.api", "inspiration.api", "people.api", "people.words_api", "assignments.api",
    "assignments.deciding_api", "narratives.api", "outcomes.api",
    "plans.api", "audit.api", "dashboards.api", "dashboards.arranging_api", "reports.api", "annotations.api",
    "exports.api", "connectors.api", "connectors.tickets_api",
    "introductions.api", "measures.telling_api", "sources.finding_api",
    "ui.api",
]  # fmt: skip
DESCRIPTION = "What the pages show and do, for programs. See docs/api.md of the source."
PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "What was wrong and the way out, in a sentence."},
        "code": {"type": "string", "description": "A stable word for programs."},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["detail"],
                "properties": {
                    "pointer": {"type": "string", "description": "A JSON Pointer into the body."},
                    "parameter": {"type": "string", "description": "A parameter of the address."},
                    "detail": {"type": "string"},
                },
            },
        },
    },
}
REFUSALS = {
    400: "The address or the body cannot be read.",
    401: "No token, or none that is in force.",
    403: "The token lacks the scope.",
    404: ABSENT,
    409: "A request with the same Idempotency-Key is being answered, or had an answer too long to keep.",
    411: "The body comes without its length.",
    412: "It has changed since the version that If-Match names.",
    413: "The body is too large.",
    415: "The body comes in another form.",
    422: "What was sent cannot be done; `errors` names the places.",
    429: "Too many requests; Retry-After says when to go on.",
    500: "Something broke on our side; nothing was half saved.",
}
OF_READS = (400, 401, 403, 404, 429, 500)
NAMES = {
    "Idempotency-Key": "Sent again with the same key within a day, the request is done once.",
    "If-Match": "The ETag of what you read: 412 where it has changed meanwhile.",
    "If-None-Match": "The ETag of what you have: 304 where it is still so.",
}


class House(NinjaAPI):
    """django-ninja with our names for operations and a description that holds what is true of all of them."""

    _described: OpenAPISchema | None = None

    def get_openapi_schema(self, **asked: Any) -> OpenAPISchema:
        """The description, made once: strangers may ask for it, and making it costs as much as many pages."""
        if self._described is None:
            self._described = self._made(**asked)
        return self._described

    def _made(self, **asked: Any) -> OpenAPISchema:
        found = super().get_openapi_schema(**asked)
        components = found["components"]
        scheme = {"type": "http", "scheme": "bearer", "description": "A token: Account, Tokens."}
        components["securitySchemes"] = {"token": scheme}
        components["schemas"]["Problem"] = PROBLEM
        content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
        components["responses"] = {
            f"No{status}": {"description": said, "content": content} for status, said in REFUSALS.items()
        }
        for methods in found["paths"].values():
            for method, operation in methods.items():
                _complete(operation, is_read=method == "get")
        return found

    def validation_error_from_error_contexts(self, error_contexts: list[Any]) -> ValidationError:
        """As ninja tells it, and what came, which ninja leaves out: a sentence of ours names it."""
        refused = super().validation_error_from_error_contexts(error_contexts)
        found = (each.pydantic_validation_error.errors(include_url=False) for each in error_contexts)
        for told, mistake in zip(refused.errors, itertools.chain.from_iterable(found), strict=True):
            told["input"] = mistake["input"]
        return refused

    def get_operation_url_name(self, operation: Operation, router: Any) -> str:
        return operation.view_func.__name__.replace("_", "-")


def _complete(operation: dict[str, Any], *, is_read: bool) -> None:
    is_versioned, is_told_once = (operation.pop(mark, False) for mark in ("x-versioned", TOLD_ONCE))
    refusals = OF_READS if is_read else [each for each in REFUSALS if each != 412 or is_versioned]
    no = {status: {"$ref": f"#/components/responses/No{status}"} for status in refusals}
    if is_read:
        no[304] = {"description": "It is as you have it."}
    said = operation["responses"]
    operation["responses"] = {str(status): each for status, each in sorted({**no, **said}.items())}
    written = {"Idempotency-Key": not is_told_once, "If-Match": is_versioned}
    names = ["If-None-Match"] if is_read else [name for name, is_taken in written.items() if is_taken]
    operation["parameters"] = [*operation["parameters"], *map(_header, names)]


def _header(name: str) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "string"}
    if name == "Idempotency-Key":
        schema |= {"minLength": 1, "maxLength": 200, "pattern": "^[ -~]+$"}
    return {"in": "header", "name": name, "required": False, "description": NAMES[name], "schema": schema}


def _no(request: HttpRequest, refused: Any) -> HttpResponse:
    return answer_of(refused)


def _absent(request: HttpRequest, error: Any) -> HttpResponse:
    return answer_of(No(404, ABSENT))


def _invalid(request: HttpRequest, error: Any) -> HttpResponse:
    return answer_of(of_invalid(error.errors, sent=getattr(request, "sent_json", None)))


def _http(request: HttpRequest, error: Any) -> HttpResponse:
    return answer_of(No(error.status_code, str(error)))


def _refused(request: HttpRequest, refused: Any) -> HttpResponse:
    is_read = request.method == "GET"
    address = request.resolver_match.kwargs if request.resolver_match else ()
    return answer_of(of_refused(refused, is_read=is_read, address=address))


def _broken(request: HttpRequest, error: Any) -> HttpResponse:
    """Says nothing of the inside; the log has it, by the id that the answer carries."""
    asked_as = getattr(request, "asked_as", "")
    log.error("%s %s broke (request %s)", request.method, request.path, asked_as, exc_info=error)
    said = f"Something broke on our side. Nothing was half saved; the server's log says more of {asked_as}."
    return answer_of(No(500, said))


def made() -> House:
    """The API with all its subjects."""
    house = House(
        title="Throughline",
        version=__version__,
        description=DESCRIPTION,
        docs_url=None,
        parser=Bodies(),
        urls_namespace="api",
        servers=[{"url": "/"}],
    )
    for error, handler in (
        (No, _no), (Http404, _absent), (ValidationError, _invalid), (HttpError, _http), (Refused, _refused),
        (Exception, _broken),
    ):  # fmt: skip
        house.add_exception_handler(error, handler)
    house.add_decorator(guarded, mode="view")
    for subject in SUBJECTS:
        house.add_router("", importlib.import_module(f"throughline.{subject}").router)
    return house
