"""One object of each kind, for tests that open every address."""

from tests.rules.conftest import objects

__all__ = ["objects"]
