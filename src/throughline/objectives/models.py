"""Key results, their versions, and their dated values."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class KeyResult(models.Model):
    """A promise. What it promises stands in its versions; the latest is in force."""

    objective = models.CharField(max_length=240, blank=True)
    created_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    grade = models.FloatField(null=True)
    graded_value = models.FloatField(null=True)
    # The grade by the first version, for the same end: shown beside the grade in force, never instead.
    original_grade = models.FloatField(null=True)
    original_value = models.FloatField(null=True)

    def __str__(self) -> str:
        return f"key result {self.pk}"


class Version(models.Model):
    """One wording of the promise. A change is a new version with a reason; nothing is edited."""

    class Reason(models.TextChoices):
        FIRST = "first version"
        WRONG_MEASURE = "wrong measure"
        PLACEHOLDER_FILLED = "placeholder filled"
        SCOPE_CHANGED = "scope changed"
        TARGET_MOVED = "target moved"

    key_result = models.ForeignKey(KeyResult, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=240, blank=True)
    metric = models.CharField(max_length=2000)
    where = models.CharField(max_length=2000, blank=True)
    at = models.CharField(max_length=80, blank=True)
    # "period" (the cycle so far), "all", or a number of trailing days as text ("90 days").
    window = models.CharField(max_length=20, default="period")
    unit = models.CharField(max_length=20)
    better = models.CharField(max_length=6)
    baseline = models.FloatField()
    baseline_measured = models.BooleanField(default=False)
    baseline_as_of = models.DateTimeField(null=True)
    target = models.FloatField()
    target_text = models.CharField(max_length=40)
    start = models.DateTimeField()
    # The instant at which it is judged: the end of the day that a person named.
    due = models.DateTimeField()
    owner_name = models.CharField(max_length=120)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL)
    cadence_days = models.PositiveSmallIntegerField(default=7)
    reason = models.CharField(max_length=20, choices=Reason.choices, default=Reason.FIRST)
    reason_text = models.CharField(max_length=500, blank=True)
    author = models.CharField(max_length=160)
    created_at = models.DateTimeField()

    class Meta:
        unique_together = [("key_result", "number")]
        ordering = ["number"]


class Measurement(models.Model):
    """A dated value of a version's metric, with the definition and the data it came from."""

    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="measurements")
    at = models.DateTimeField()
    value = models.FloatField(null=True)
    low = models.FloatField(null=True)
    high = models.FloatField(null=True)
    n = models.BigIntegerField()
    n_open = models.BigIntegerField(default=0)
    # The half-open window that was looked at; null is an open side.
    since = models.DateTimeField(null=True)
    until = models.DateTimeField(null=True)
    warnings = models.JSONField(default=list)
    definition = models.JSONField()
    # The last event that the figure rests on, and when the newest data was known.
    data_version = models.BigIntegerField()
    data_as_of = models.DateTimeField(null=True)
    # The newest import and the hash of services and SLA policy: they move figures without an event.
    last_import = models.BigIntegerField(default=0)
    catalogue = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        ordering = ["at", "id"]
