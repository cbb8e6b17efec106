"""Key results, their versions, and their dated values."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models

from throughline.objectives.models.plan import Objective


class KeyResult(models.Model):
    """A promise. What it promises stands in its versions; the latest is in force.

    While its cycle is still planned it has no version, only a sketch: the terms as far as they are written.
    """

    key = models.SlugField(max_length=80, unique=True)
    objective = models.ForeignKey(Objective, null=True, on_delete=models.PROTECT, related_name="key_results")
    position = models.PositiveIntegerField(default=0)
    sketch: models.JSONField[Any] = models.JSONField(null=True)
    created_at = models.DateTimeField()
    # The key result of an earlier cycle that this one takes up again, with or without a change.
    carried_from = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="carried_to")
    dropped_at = models.DateTimeField(null=True)
    dropped_reason = models.CharField(max_length=500, blank=True)
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

    class Kind(models.TextChoices):
        MOVE = "move", "Move a figure"
        KEEP = "keep", "Keep a figure inside a bound"
        MILESTONE = "milestone", "Take weighted steps"
        BINARY = "binary", "Make a named event happen"
        BASELINE = "baseline", "Measure it for the first time"
        FORECAST = "forecast", "Move a forecast"

    class Commitment(models.TextChoices):
        COMMITTED = "committed", "Committed: all of it is expected"
        ASPIRATIONAL = "aspirational", "Aspirational: seven tenths are expected"

    key_result = models.ForeignKey(KeyResult, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.MOVE)
    commitment = models.CharField(max_length=12, choices=Commitment.choices, default=Commitment.COMMITTED)
    weight = models.FloatField(default=1.0)
    title = models.CharField(max_length=240, blank=True)
    why = models.TextField(blank=True, max_length=2000)
    why_target = models.TextField(blank=True, max_length=2000)
    how_measured = models.TextField(blank=True, max_length=2000)
    # An expression, or the name of a metric or a series; empty where steps or an event decide.
    metric = models.CharField(max_length=2000, blank=True)
    where = models.CharField(max_length=2000, blank=True)
    at = models.CharField(max_length=80, blank=True)
    # "period" (the cycle so far), "all", or a number of trailing days as text ("90 days").
    window = models.CharField(max_length=20, default="period")
    unit = models.CharField(max_length=20)
    better = models.CharField(max_length=6)
    # Baseline and target are those of `move` and `forecast`; the other kinds have their own fields below.
    baseline = models.FloatField(null=True)
    baseline_measured = models.BooleanField(default=False)
    baseline_as_of = models.DateTimeField(null=True)
    target = models.FloatField(null=True)
    target_text = models.CharField(max_length=40, blank=True)
    # Targets on the way: [{"due": "2026-11-15", "target": "30"}], as written.
    phases: models.JSONField[Any] = models.JSONField(default=list)
    # `keep`: the bounds, inclusive, and the days outside that are allowed.
    bound_low = models.FloatField(null=True)
    bound_high = models.FloatField(null=True)
    allowed_outside = models.FloatField(default=0.0)
    # `milestone`: [{"key": "pilot", "title": …, "weight": 40}], weights adding up to 100.
    steps: models.JSONField[Any] = models.JSONField(default=list)
    # `binary`: the test by which anybody can see that the event happened.
    acceptance = models.TextField(blank=True, max_length=2000)
    # Who decides where a person has to.
    judge = models.CharField(max_length=120, blank=True)
    # `forecast`: "probability" or "log_odds".
    scale = models.CharField(max_length=12, blank=True)
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

    @property
    def way(self) -> tuple[float, float]:
        """From where to where a figure is to move; only of the kinds that move one."""
        assert self.baseline is not None
        assert self.target is not None
        return self.baseline, self.target


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
    # What the score rests on besides the value: the course inside a bound, what was done and when.
    facts: models.JSONField[Any] = models.JSONField(default=dict)
    # Where it will end by its own history, with the chance to hit; empty where nothing can be said.
    outlook: models.JSONField[Any] = models.JSONField(default=dict)

    class Meta:
        ordering = ["at", "id"]


class Completion(models.Model):
    """A step done, or the event of a binary key result, with its evidence; taken back, never removed."""

    key_result = models.ForeignKey(KeyResult, on_delete=models.CASCADE, related_name="completions")
    # The key of the step; empty for the event.
    step = models.CharField(max_length=80, blank=True)
    at = models.DateTimeField()
    evidence = models.CharField(max_length=500)
    author = models.CharField(max_length=160)
    recorded_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.CharField(max_length=160, blank=True)

    class Meta:
        ordering = ["at", "id"]
