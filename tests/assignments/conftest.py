"""One object of each kind, as the access table knows them."""

from tests.rules.objects import objects

__all__ = ["objects"]
