"""Who may see a job: the one who asked for it, and administrators."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.http import Http404

from throughline.accounts.access import at_least
from throughline.accounts.models import Role, User
from throughline.jobs.models import Job


def job_for(user: User | AnonymousUser, job_id: int) -> Job:
    """The job, or the 404 that strangers get."""
    job = Job.objects.filter(pk=job_id).first()
    if job is None:
        raise Http404
    if job.asked_by_id != user.pk and not at_least(user, Role.ADMINISTRATOR):
        raise Http404
    return job
