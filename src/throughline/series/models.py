"""Series and their readings. A correction is a new reading of the same instant; the newest counts.

A reading that withdraws says that there is no value of its instant after all; what it withdraws stays.
"""

from __future__ import annotations

from django.db import models


class Series(models.Model):
    """A figure that comes from elsewhere, such as the minutes of a build or the answers of a survey."""

    # snake_case: key results and commands name it as they name a metric.
    name = models.CharField(max_length=80, unique=True)
    title = models.CharField(max_length=240, blank=True)
    description = models.TextField(blank=True, max_length=2000)
    unit = models.CharField(max_length=20, default="count")
    better = models.CharField(max_length=6, blank=True)
    cadence_days = models.PositiveSmallIntegerField(default=7)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["name"]
        verbose_name_plural = "series"

    def __str__(self) -> str:
        return self.name


class Reading(models.Model):
    """One dated value of a series, with where it came from and when it was written down here."""

    class Origin(models.TextChoices):
        PUSHED = "pushed", "Pushed"
        IMPORTED = "imported", "Imported"
        MANUAL = "manual", "Entered by hand"
        PANEL = "panel", "Said by a panel"
        SURVEY = "survey", "Answered in a survey"
        SYNCED = "synced", "Read from a connected source"

    series = models.ForeignKey(Series, on_delete=models.CASCADE, related_name="readings")
    at = models.DateTimeField()
    value = models.FloatField()
    origin = models.CharField(max_length=10, choices=Origin.choices)
    note = models.CharField(max_length=500, blank=True)
    author = models.CharField(max_length=160)
    recorded_at = models.DateTimeField()
    # It takes back the value that it repeats; the note says why.
    withdrawn = models.BooleanField(default=False)

    class Meta:
        ordering = ["at", "recorded_at", "id"]
        indexes = [models.Index(fields=["series", "at"])]
