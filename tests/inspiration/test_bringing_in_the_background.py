"""A large catalogue is brought in by a job: whole or not at all, until cancelled, and once over a restart."""

from __future__ import annotations

import threading

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from tests.organisation import NOW
from tests.planning.quarter import next_cycle

from throughline.accounts.models import Role
from throughline.audit.models import Entry
from throughline.engine.refusals import Refused
from throughline.inspiration.bringing import bring_file
from throughline.inspiration.models import Item
from throughline.inspiration.pages import AT_ONCE
from throughline.inspiration.work import bring_in_a_catalogue, bring_later
from throughline.jobs import files, queue
from throughline.jobs.actions import cancel
from throughline.jobs.models import Job, JobState
from throughline.jobs.worker import run

pytestmark = pytest.mark.django_db

ACTIVITY = """\
    Practice {number}:
      uuid: 0b7d6a7e-13c0-4c9b-9d0a-{number:012d}
      risk: What goes wrong where nobody does it, told at some length.
      level: 2
      tags: [one, two]
"""


def a_model(activities: int) -> bytes:
    return ("Building:\n  Pipelines:\n" + "".join(map(_activity, range(activities)))).encode()


def _activity(number: int) -> str:
    return ACTIVITY.format(number=number)


LARGE = a_model(400)


@pytest.fixture(autouse=True)
def home(tmp_path, settings):
    """A data folder of the test's own, for the files that wait."""
    settings.HOME = tmp_path
    return tmp_path


def waiting(tmp_path) -> list[str]:
    return [each.name for each in (tmp_path / "uploads").iterdir()]


def asked(person, content: bytes = LARGE, name: str = "model.yaml") -> Job:
    return bring_later(person, content, name=name, back="/", now=NOW)


def done(job: Job) -> Job:
    """The job as the worker leaves it."""
    claimed = queue.claim(now=NOW)
    assert claimed == job
    run(claimed, threading.Event())
    job.refresh_from_db()
    return job


class Watching:
    """The context of a job whose progress is kept, and which ends the work with an exception at a step."""

    def __init__(self, ends: type[BaseException] | None = None, at: int = 1) -> None:
        self.told: list[tuple[int, int, str]] = []
        self.ends, self.at = ends, at

    def progress(self, done: int, total: int, message: str = "") -> None:
        self.told.append((done, total, message))
        if self.ends and len(self.told) == self.at:
            raise self.ends


def test_a_large_file_is_left_to_a_job_that_leads_back_to_the_shelf(organisation, browser_of, home):
    cycle, browser = next_cycle(), browser_of(organisation.max)
    shelf, path = reverse("shelf", args=[cycle.key]), reverse("shelf-import", args=[cycle.key])
    assert len(LARGE) > AT_ONCE
    answer = browser.post(path, {"file": SimpleUploadedFile("model.yaml", LARGE)})
    job = Job.objects.get()
    assert answer.headers["Location"] == reverse("job", args=[job.pk])
    assert not Item.objects.exists()
    assert shelf not in browser.get(answer.headers["Location"]).content.decode().split("<main", 1)[1]
    assert done(job).state == JobState.DONE
    page = browser.get(answer.headers["Location"]).content.decode().split("<main", 1)[1]
    assert "400 new, 0 changed, 0 as they were" in page
    assert f'href="{shelf}"' in page
    assert Item.objects.count() == 400
    assert waiting(home) == []
    assert browser_of(organisation.mia).get(answer.headers["Location"]).status_code == 404


def test_a_large_table_is_left_to_a_job_too(organisation):
    rows = "".join(f"Item {number},{'word ' * 20}\n" for number in range(1000))
    job = done(asked(organisation.max, f"title,text\n{rows}".encode(), "list.csv"))
    assert (job.state, job.result["new"]) == (JobState.DONE, 1000)


def test_what_is_wrong_is_told_by_line_and_nothing_is_taken_in(organisation, browser_of, home):
    content = LARGE.replace(b"level: 2", b"level: high", 1).replace(b"uuid: 0b7d", b"uuid: x", 1)
    job = done(asked(organisation.max, content))
    assert job.state == JobState.FAILED
    page = browser_of(organisation.max).get(reverse("job", args=[job.pk])).content.decode()
    assert "model.yaml:4:13: &#x27;Practice 0&#x27; has no uuid" in page
    assert "<br>model.yaml:6:14: expected a level from 1 to 5" in page
    assert not Item.objects.exists()
    assert waiting(home) == []


def test_the_ending_is_looked_at_before_anything_is_kept(organisation, browser_of):
    path = reverse("shelf-import", args=[next_cycle().key])
    answer = browser_of(organisation.max).post(path, {"file": SimpleUploadedFile("model.txt", LARGE)})
    assert answer.status_code == 422
    assert "expected a file that ends in .csv or .yaml" in answer.content.decode()
    assert not Job.objects.exists()


def test_reading_tells_how_far_it_is(organisation):
    watching, job = Watching(), asked(organisation.max)
    bring_in_a_catalogue(watching, **job.handed)
    lines = [line for line, _, _ in watching.told]
    assert len(lines) > 5
    assert lines == sorted(lines)
    assert {(total, message) for _, total, message in watching.told} == {
        (LARGE.count(b"\n") + 1, "Reading lines")
    }


@pytest.mark.django_db(transaction=True)
def test_a_running_job_that_is_cancelled_keeps_nothing(organisation, home):
    job = asked(organisation.max)
    claimed = queue.claim(now=NOW)
    cancel(job, actor=organisation.max, now=NOW)
    run(claimed, threading.Event())
    job.refresh_from_db()
    assert job.state == JobState.CANCELLED
    assert not Item.objects.exists()
    assert waiting(home) == []


def test_a_server_that_stops_gives_it_back_and_the_next_one_brings_it_in(organisation):
    job, stopping = asked(organisation.max), threading.Event()
    stopping.set()
    run(queue.claim(now=NOW), stopping)
    job.refresh_from_db()
    assert job.state == JobState.WAITING
    assert not Item.objects.exists()
    assert done(job).result["new"] == 400


def test_a_server_killed_between_the_last_write_and_the_end_of_the_job_brings_it_in_once(organisation):
    job = asked(organisation.max)
    with pytest.MonkeyPatch.context() as patched:
        # What a kill leaves: all is stored, and the file still waits.
        patched.setattr(files, "discard", lambda name: None)
        first = bring_in_a_catalogue(Watching(), **job.handed)
    assert done(job).result == first
    assert first["message"] == "400 new, 0 changed, 0 as they were."
    assert Entry.objects.filter(action="items brought in").count() == 1


def test_who_may_arrange_no_longer_brings_nothing_in(organisation):
    job = asked(organisation.max)
    organisation.max.role = Role.MEMBER
    organisation.max.save()
    assert "may bring nothing in any more" in done(job).message
    assert not Item.objects.exists()


def test_a_file_that_is_gone_is_said(organisation, home):
    job = asked(organisation.max)
    (home / "uploads" / job.arguments["kept"]).unlink()
    assert done(job).message == "The file is no longer here (files wait for a day): put it in again."


LAUGHS = b"a: &a [x, x]\n" + b"".join(b"%c: &%c [*%c, *%c]\n" % (n, n, n - 1, n - 1) for n in range(98, 118))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (LAUGHS, "model.yaml:2:8: the alias *a is not followed"),
        (b"a: " + b"[" * 60_000, "expected at most 12 levels"),
        (b"a: [" + b"1," * 150_000 + b"]", "expected at most 100,000 values"),
        (b"a: " + b"x" * 2_000_000, "expected at most 2,000,000 bytes, found 2,000,003"),
    ],
)
def test_what_would_grow_beyond_bounds_is_refused_where_it_stands(content, message):
    with pytest.raises(Refused) as refused:
        bring_file("test", content, name="model.yaml", now=NOW)
    assert message in str(refused.value)
