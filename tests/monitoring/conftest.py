"""The house with one of each thing in it."""

from tests.rules.objects import objects

__all__ = ["objects"]
