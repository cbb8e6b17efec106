"""Keys of the test's own, and a chat server of this machine that the settings list."""

from __future__ import annotations

import pytest
from tests.messages.mailbox import Mailbox, receiving
from tests.outbound.conftest import listed, loopback

__all__ = ["listed", "loopback"]


@pytest.fixture(autouse=True)
def _own_keys_and_address(settings, tmp_path, monkeypatch):
    settings.THROUGHLINE_SECRET_KEY_FILE = tmp_path / "sealing.key"
    monkeypatch.setenv("THROUGHLINE_ORIGINS", "https://throughline.example.org")


@pytest.fixture
def mail(settings):
    """A mail server that is named; what is sent is in `django.core.mail.outbox`."""
    settings.EMAIL_HOST = "mail.example.org"
    settings.DEFAULT_FROM_EMAIL = "Throughline <throughline@example.org>"
    return settings


@pytest.fixture
def mailbox(mail) -> Mailbox:
    """A mail server that is really there, on this machine."""
    mail.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    mail.EMAIL_USE_TLS = False
    with receiving() as box:
        mail.EMAIL_HOST, mail.EMAIL_PORT = "127.0.0.1", box.port
        yield box
