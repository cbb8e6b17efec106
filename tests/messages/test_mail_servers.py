"""Signing in to a mail server over TLS, and what is said where that does not go."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from contextlib import contextmanager
from datetime import timedelta

import pytest
from tests.homes import ready
from tests.messages.house import waiting
from tests.messages.mailbox import Mailbox, receiving
from tests.organisation import NOW
from tests.outbound.certified import certified

from throughline.engine.refusals import Refused
from throughline.messages import mail
from throughline.messages.actions import send_trial, send_week_now
from throughline.messages.delivering import send_all
from throughline.site.given import signs_in

PASSWORD = "the-right-one"
WRONG = "not-the-right-one"
USER, FILE = "THROUGHLINE_SMTP_USER", "THROUGHLINE_SMTP_PASSWORD_FILE"


@pytest.fixture
def serving(mail, tmp_path, monkeypatch):
    """A mail server that is named, over TLS in one of the ways, whose authority is trusted."""
    context = certified("localhost", tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))
    mail.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    mail.EMAIL_HOST, mail.EMAIL_HOST_USER = "localhost", "throughline"

    @contextmanager
    def served(*, server: str, we: str, password: str = PASSWORD):
        mail.EMAIL_USE_TLS, mail.EMAIL_USE_SSL = we == "starttls", we == "tls"
        mail.EMAIL_HOST_PASSWORD = password
        with receiving(**({server: context} if server != "none" else {})) as box:
            box.password, mail.EMAIL_PORT = PASSWORD, box.port
            yield box

    return served


@pytest.mark.parametrize("way", ["starttls", "tls"])
def test_a_letter_goes_over_tls_to_whoever_signs_in(organisation, serving, way):
    with serving(server=way, we=way) as box:
        send_trial(organisation.ada, now=NOW)
        assert send_all(now=NOW).sent == 1
    assert [letter["to"] for letter in box.received] == ["ada@example.org"]
    assert box.tried == [f"throughline {PASSWORD}"]


def test_a_wrong_password_is_said_of_each_letter_tried_once_a_round_and_written_nowhere(
    organisation, serving, settings, caplog
):
    with serving(server="starttls", we="starttls", password=WRONG) as box:
        send_trial(organisation.ada, now=NOW)
        send_week_now(organisation.ada, now=NOW)
        send_week_now(organisation.mia, now=NOW)
        assert send_all(now=NOW).failed == 3
        assert len(box.tried) == 1
        assert {message.error for message in waiting()} == {
            "localhost does not take the user name or the password."
        }
        assert WRONG not in caplog.text
        # Once it is right, everything arrives that waited.
        settings.EMAIL_HOST_PASSWORD = PASSWORD
        assert send_all(now=NOW + timedelta(minutes=1)).sent == 3
    assert len(box.received) == 3


@pytest.mark.parametrize(
    ("server", "we", "said"),
    [
        ("starttls", "tls", "does not speak TLS from the first byte: perhaps THROUGHLINE_SMTP_TLS=starttls."),
        ("starttls", "none", "offers no sign-in that is known here: perhaps only after TLS"),
        ("none", "starttls", "offers no STARTTLS: THROUGHLINE_SMTP_TLS or THROUGHLINE_SMTP_PORT"),
    ],
)
def test_another_way_than_the_servers_is_said_with_what_to_set(organisation, serving, server, we, said):
    with serving(server=server, we=we) as box:
        send_trial(organisation.ada, now=NOW)
        assert send_all(now=NOW).failed == 1
    assert said in waiting()[0].error
    assert box.tried == []


def test_a_server_that_wants_a_sign_in_says_so_where_none_is_set(organisation, serving, settings):
    with serving(server="starttls", we="starttls", password="") as box:
        settings.EMAIL_HOST_USER = ""
        send_trial(organisation.ada, now=NOW)
        send_all(now=NOW)
        assert waiting()[0].error == (
            f"localhost on port {box.port} wants a sign-in: set {USER} and {FILE} (530)."
        )


def test_a_server_that_never_answers_is_waited_for_once_a_round(organisation, serving, monkeypatch):
    monkeypatch.setattr(mail, "SECONDS", 0.2)
    with serving(server="none", we="none") as box, socket.create_server(("127.0.0.1", 0)) as silent:
        mail.settings.EMAIL_PORT = silent.getsockname()[1]
        send_trial(organisation.ada, now=NOW)
        send_week_now(organisation.mia, now=NOW)
        assert send_all(now=NOW).failed == 2
        silent.setblocking(False)
        silent.accept()[0].close()
        with pytest.raises(BlockingIOError):
            silent.accept()
    assert box.calls == 0
    assert {"did not answer within" in message.error for message in waiting()} == {True}


def test_a_certificate_that_is_not_trusted_or_of_another_is_told_apart(
    organisation, serving, settings, monkeypatch
):
    with serving(server="starttls", we="starttls") as box:
        settings.EMAIL_HOST = "127.0.0.1"
        assert _error_of(organisation, box).endswith("THROUGHLINE_SMTP_HOST is to be a name in it.")
        settings.EMAIL_HOST = "localhost"
        monkeypatch.setenv("SSL_CERT_FILE", os.devnull)
        assert _error_of(organisation, box).endswith("SSL_CERT_FILE names whom to trust.")
    assert box.tried == []


def _error_of(organisation, box: Mailbox) -> str:
    send_trial(organisation.ada, now=NOW)
    send_all(now=NOW)
    assert box.received == []
    return waiting()[-1].error


@pytest.mark.parametrize(
    ("user", "password", "said"),
    [
        ("throughline", "", f"{FILE}: expected user and password together, found nothing here"),
        ("", PASSWORD, f"{USER}: expected user and password together, found nothing here"),
        ("throughline", "paßwort-1", f"{FILE}: expected ASCII alone"),
        ("thröughline", PASSWORD, f"{USER}: expected ASCII alone"),
    ],
)
def test_half_a_sign_in_and_one_that_smtp_cannot_carry_are_refused_at_the_start(user, password, said):
    with pytest.raises(Refused) as refused:
        signs_in((USER, user), (FILE, password))
    assert str(refused.value).startswith(said)
    assert not password or password not in str(refused.value)


def test_the_server_does_not_start_with_a_password_file_whose_first_line_is_empty(tmp_path):
    (tmp_path / "password").write_text("\nsecond line\n")
    environment = {**os.environ, USER: "throughline", FILE: str(tmp_path / "password")}
    command = [
        sys.executable,
        "-m",
        "throughline.cli",
        "messages",
        "list",
        "--home",
        str(ready(tmp_path / "home")),
    ]
    said = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert said.returncode == 2
    assert said.stderr == f"Error: {FILE}: expected user and password together, found nothing here\n"
