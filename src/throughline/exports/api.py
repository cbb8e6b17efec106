"""The whole record for programs: what each table means, one table at a time, and all of it packed."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from django.http import FileResponse, Http404, HttpRequest, StreamingHttpResponse
from ninja import Path, Query

from throughline.accounts.scopes import READ_RECORD
from throughline.api.paging import Asked, Page, page_of_rows
from throughline.api.subject import Id, Instant, Sent, Subject, Told, actor, person
from throughline.exports import asking, fetching, queries
from throughline.exports.access import export_for, require_export
from throughline.exports.actions import Format
from throughline.exports.dictionary import dictionary
from throughline.site.plain import plain

router = Subject("exports")
WRITE = "exports:write"
FileFormat = Literal["csv", "parquet"]
Ending = Annotated[FileFormat, Path(description="Which kind of file.")]
Name = Annotated[str, Path(max_length=60, pattern=r"^[a-z_]+$")]
CSV, PARQUET, ZIP = "text/csv", "application/vnd.apache.parquet", "application/zip"


class ColumnOf(Told):
    """A column; `names` is the column of another table that it points to."""

    name: str
    type: str
    parquet: str
    unit: str
    meaning: str
    names: str


class TableOf(Told):
    """A table: what a row is, and the columns that tell rows apart."""

    name: str
    meaning: str
    key: list[str]
    columns: list[ColumnOf]


class NewExport(Sent):
    """What the files are."""

    format: FileFormat = "parquet"


class ExportRow(Told):
    """An export; it can be fetched until `kept_until` once its `state` is done."""

    id: int
    state: str
    format: str
    asked_at: Instant
    rows: int
    bytes: int
    kept_until: Instant | None


@router.reads("/exports/tables", answer=Page[TableOf])
def list_tables(request: HttpRequest, asked: Query[Asked]) -> dict[str, Any]:
    """The data dictionary: every table and column of the record with type, unit and meaning. Managers."""
    require_export(request.user)
    rows = list(enumerate(dictionary()["tables"]))
    return page_of_rows(request, asked, rows, key=lambda row: row[0], show=lambda row: row[1])


@router.files("/exports/tables/{name}.{ending}", kinds=(CSV, PARQUET), scope=READ_RECORD)
def read_table(request: HttpRequest, name: Name, ending: Ending) -> StreamingHttpResponse:
    """One table with all its rows, of one instant; that it was taken stands in the audit record. Managers."""
    require_export(request.user)
    table = fetching.table_named(name)
    if table is None:
        raise Http404
    fetching.record(actor(request), table, Format(ending), now=datetime.now(UTC))
    if ending == "parquet":
        file = fetching.as_parquet(table)
        return FileResponse(file, as_attachment=True, filename=f"{name}.parquet", content_type=PARQUET)
    answer = StreamingHttpResponse(fetching.as_csv(table), content_type=f"{CSV}; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer


@router.reads("/exports", answer=Page[ExportRow])
def list_exports(request: HttpRequest, asked: Query[Asked]) -> dict[str, Any]:
    """The exports of late that are under way or kept. Managers."""
    require_export(request.user)
    rows = [plain(queries.document(each)) for each in queries.exports()]
    return page_of_rows(request, asked, rows, key=lambda row: row["id"], show=lambda row: row)


@router.writes("POST", "/exports", scope=WRITE, answer=ExportRow, status=202)
def start_export(request: HttpRequest, given: NewExport) -> Any:
    """Have the whole record packed, all of one instant; one that is under way is told instead. Managers."""
    require_export(request.user)
    job = asking.ask(person(request), Format(given.format), now=datetime.now(UTC))
    return plain(queries.document(queries.made_by(job)))


@router.files("/exports/{int:id}.zip", kinds=(ZIP,), scope=READ_RECORD)
def read_export(request: HttpRequest, id: Id) -> FileResponse:
    """The archive of an export, while it is kept; who fetches it stands in the audit record. Managers."""
    job = export_for(request.user, id)
    path = queries.archive_of(job)
    if path is None:
        raise Http404
    opened = path.open("rb")
    asking.record_fetched(actor(request), job, now=datetime.now(UTC))
    return FileResponse(opened, as_attachment=True, filename=asking.file_name(job), content_type=ZIP)
