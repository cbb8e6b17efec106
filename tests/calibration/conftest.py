"""One object of each kind, as the access table knows them."""

from tests.rules.conftest import objects

__all__ = ["objects"]
