"""Metric definitions that people saved."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class Metric(models.Model):
    """A named definition beside the ready-made ones of the catalogue."""

    name = models.SlugField(max_length=80, unique=True)
    title = models.CharField(max_length=160)
    expression = models.CharField(max_length=2000)
    where = models.CharField(max_length=2000, blank=True)
    at = models.CharField(max_length=80, blank=True)
    better = models.CharField(max_length=6, choices=[("lower", "lower"), ("higher", "higher")])
    cadence_days = models.PositiveSmallIntegerField(default=7)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL)
    created_at = models.DateTimeField()
