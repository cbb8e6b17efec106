"""Files put in, options chosen and the waiting work done, as a browser and the server's worker do it."""

from __future__ import annotations

import threading
from datetime import timedelta

from django.core.files.uploadedfile import SimpleUploadedFile
from tests.sources.files import NOW

from throughline.jobs.queue import claim
from throughline.jobs.worker import run
from throughline.sources.models import Upload

GOOD = b"Ref,Risk,Found on,Owner team\nA-1,high,2024-01-31,Payments\nA-2,low,2024-02-01,Search\n"


def put_in(browser, content=GOOD, name="register.csv", **more):
    answer = browser.post("/imports/new", {"file": SimpleUploadedFile(name, content), **more})
    assert answer.status_code == 302, answer.content.decode()
    return Upload.objects.order_by("-id").first(), answer["Location"]


def choose(browser, address, **changes):
    options = {"source": "register", "zone": "UTC", "state": "confirmed", **changes}
    return browser.post(address, options)


def work():
    """Do the waiting jobs as the server's worker would; what the first one led to."""
    first = None
    while (job := claim(now=NOW + timedelta(days=365))) is not None:
        run(job, threading.Event())
        job.refresh_from_db()
        first = first or job
    return first
