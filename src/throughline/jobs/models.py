"""Jobs: work that outlives a request."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models

# Among the arguments of a job: where its page leads back to, which is nothing to the work.
BACK = "back"


class JobState(models.TextChoices):
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Job(models.Model):
    """One piece of background work. `kind` names the function that does it (see jobs/registry)."""

    kind = models.CharField(max_length=60)
    arguments = models.JSONField(default=dict)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL)
    state = models.CharField(max_length=12, choices=JobState.choices, default=JobState.WAITING)
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(default=0)
    message = models.CharField(max_length=2000, blank=True)
    result = models.JSONField(default=dict)
    cancel_asked = models.BooleanField(default=False)
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    # A running job whose heart stopped belonged to a server that died: another may take it.
    heartbeat_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["state", "id"])]

    @property
    def handed(self) -> dict[str, Any]:
        """What the work function is handed."""
        return {name: value for name, value in self.arguments.items() if name != BACK}
