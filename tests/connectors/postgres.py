"""A PostgreSQL of the tests' own: made in a folder, reached over TLS on loopback, gone with it."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

NAME = "db.example.com"
PASSWORD = "a password that nobody knows"
SECRET = "the secret of another file"
TABLES = f"""
    CREATE TABLE builds (day date, minutes double precision);
    INSERT INTO builds VALUES ('2026-11-17', 12.5), ('2026-11-18', 13.0), ('2026-11-19', NULL);
    CREATE TABLE salaries (name text);
    CREATE SEQUENCE counter;
    CREATE TABLE seen (at timestamptz DEFAULT now());
    CREATE FUNCTION noted(day date) RETURNS date LANGUAGE sql AS 'SELECT day';
    CREATE FUNCTION weeks(n int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT n * 7';
    CREATE ROLE reader LOGIN PASSWORD '{PASSWORD}';
    CREATE ROLE writer LOGIN PASSWORD '{PASSWORD}';
    GRANT SELECT ON builds TO reader, writer;
    GRANT INSERT, UPDATE, DELETE ON builds, seen TO writer;
    GRANT USAGE ON SEQUENCE counter TO writer;
"""


@dataclass(frozen=True, slots=True)
class Server:
    """Where it listens, who vouches for its certificate, and a file beside its tables."""

    port: int
    authority: Path
    secret: Path

    def rows(self, query: str) -> list[tuple]:
        """What its superuser sees."""
        login = {"user": "boss", "password": PASSWORD, "dbname": "postgres"}
        with psycopg.connect(host="127.0.0.1", port=self.port, autocommit=True, **login) as connection:
            done = connection.execute(query)
            return done.fetchall() if done.description else []


def binaries() -> Path | None:
    """Where PostgreSQL's programs lie; None where it is not installed."""
    there = shutil.which("initdb")
    found = [Path(there).parent] if there else []
    found += sorted(path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return found[-1] if found else None


@contextmanager
def started() -> Iterator[Server]:
    """A server with two roles and a table; the test is skipped where it is not installed."""
    programs = binaries()
    if programs is None:
        pytest.skip("no PostgreSQL server is here: install postgresql")
    # Not below pytest's folder, which nobody else may enter: PostgreSQL refuses to be run by root.
    home = Path(tempfile.mkdtemp(prefix="throughline-postgres-"))
    try:
        port, (authority, secret) = _free_port(), _made(programs, home)
        process = subprocess.Popen(
            [programs / "postgres", "-D", home / "data", "-p", str(port), *_options(home)],
            stdout=subprocess.DEVNULL, stderr=(home / "log").open("wb"), **_as_somebody(),
        )  # fmt: skip
        try:
            server = Server(port, authority, secret)
            _wait(programs, port, home)
            server.rows(TABLES)
            yield server
        finally:
            process.terminate()
            process.wait(20)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _made(programs: Path, home: Path) -> tuple[Path, Path]:
    certificate, key = _certificate()
    files = {
        "cert.pem": certificate,
        "key.pem": key,
        "password": PASSWORD.encode(),
        "secret": SECRET.encode(),
    }
    for name, content in files.items():
        (home / name).write_bytes(content)
        (home / name).chmod(0o600)
    somebody = _as_somebody()
    if somebody:
        for path in (home, *home.iterdir()):
            os.chown(path, somebody["user"], somebody["group"])
    subprocess.run(
        [programs / "initdb", "-D", home / "data", "--no-sync", "--locale=C", "--encoding=UTF8",
         "--auth=scram-sha-256", "--username=boss", f"--pwfile={home / 'password'}"],
        check=True, capture_output=True, cwd=home, **somebody,
    )  # fmt: skip
    return home / "cert.pem", home / "secret"


def _options(home: Path) -> list[str]:
    settings = {
        "listen_addresses": "127.0.0.1", "unix_socket_directories": "", "fsync": "off", "ssl": "on",
        "ssl_cert_file": home / "cert.pem", "ssl_key_file": home / "key.pem", "shared_buffers": "8MB",
    }  # fmt: skip
    return [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]


def _as_somebody() -> dict:
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def _wait(programs: Path, port: int, home: Path) -> None:
    ready = [programs / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(port)]
    until = datetime.now(UTC) + timedelta(seconds=30)
    while subprocess.run(ready, check=False).returncode:
        assert datetime.now(UTC) < until, (home / "log").read_text()


def _certificate() -> tuple[bytes, bytes]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    plain = serialization.NoEncryption()
    pem, pkcs8 = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    return made.public_bytes(pem), key.private_bytes(pem, pkcs8, plain)
