"""A statement asked of a PostgreSQL: whom it may be, how it is reached, and sentences for what goes wrong."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings as house

from throughline.connectors.kinds.postgresql.statements import LONGEST_NAME, called
from throughline.connectors.kinds.sql.reading import MOST_ROWS, SECONDS, Answer, asked
from throughline.engine.refusals import Refused
from throughline.outbound.client import checked_addresses, require_host

PROVEN, UNPROVEN, PLAIN = "verify-full", "require", "disable"
# Of a name with many addresses: each is given some seconds.
MOST_ADDRESSES = 2
# Nothing of a person's own is read beside what is given: no .pgpass, no service, no certificate of hers.
NO_HOME = "/nonexistent"
GRANT = "GRANT SELECT ON builds TO reader"
# By the reason that `asked_apart` gives: which setting it belongs to, and what is said.
SENTENCES = {
    "forbidden": (
        "statement",
        "only what a SELECT reads from tables is asked; nothing is written, locked or called elsewhere",
    ),
    "volatile": (
        "statement",
        "'{said}' is not asked for: PostgreSQL counts it as volatile, so that it may do more than read",
    ),
    "locked": ("statement", "the table is locked by somebody else: try again later"),
    "not_granted": ("statement", f"the user may not read that ({{said}}): {GRANT}, with your names"),
    "superuser": (
        "user",
        "this one may do everything, or read files of the server: make one that only reads "
        f"(CREATE ROLE reader LOGIN PASSWORD '…'; {GRANT})",
    ),
    "password": ("password", "the database refuses user or password"),
    "no_database": ("database", "there is no database of this name, or the user may not connect to it"),
    "certificate": ("host", "its certificate does not hold for this name: {said}"),
    "no_tls": ("tls", "this server does not speak TLS: switch it on there"),
    "unproven": (
        "tls",
        "without a proven certificate the password is given by SCRAM alone, and this server asks otherwise",
    ),
    "unreachable": ("host", "it cannot be reached: {said}"),
    "silent": ("host", "it did not answer in time, or something between closed the connection"),
    "options": (
        "host",
        "a pool in front of it takes no settings of a session: give the database's own address",
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where a database is, and as whom it is asked. Each part is checked; none is a text of several."""

    host: str
    port: int
    database: str
    user: str
    tls: str
    password: str = field(repr=False)


def address_of(settings: Mapping[str, Any], secrets: Mapping[str, str]) -> Address:
    """The address in the settings of a connector. Raises Refused with the setting as its place."""
    host, port, tls = str(settings["host"]), int(settings["port"]), str(settings["tls"])
    require_host(host)
    if not 0 < port < 65536:
        raise Refused(f"expected 1 to 65535, found {port}", place="port", code="port")
    if tls == PLAIN and host.lower() not in house.THROUGHLINE_OUTBOUND_HTTP:
        raise Refused(
            f"{host} would be asked without TLS: choose {PROVEN}, "
            "or list the host in THROUGHLINE_OUTBOUND_HTTP",
            place="tls",
            code="no_tls",
        )
    return Address(
        host=host,
        port=port,
        database=_name(settings, "database"),
        user=_name(settings, "user"),
        tls=tls,
        password=secrets.get("password", ""),
    )


def _name(settings: Mapping[str, Any], place: str) -> str:
    name = str(settings[place])
    is_dsn = any(sign in name for sign in ("=", "://")) or not name.isprintable()
    if is_dsn or not 0 < len(name.encode()) <= LONGEST_NAME:
        raise Refused(
            f"expected a name of at most {LONGEST_NAME} letters, no address and no options",
            place=place,
            code=place,
        )
    return name


def ask(
    address: Address, statement: str, *, seconds: float = SECONDS, most_rows: int = MOST_ROWS
) -> tuple[Answer, bool]:
    """The rows of one SELECT, and whether the user could write as well. Raises Refused with a sentence."""
    names = called(statement)
    # Looked up once: what was checked is what is connected to, and TLS still proves the name.
    addresses = checked_addresses(address.host, address.port)[:MOST_ADDRESSES]
    request = {
        "engine": "postgresql",
        "server": _server(address, addresses),
        "statement": statement,
        "names": names,
    }
    answer = asked(
        request, seconds=seconds, most_rows=most_rows, sentences=SENTENCES, environment=_environment()
    )
    return Answer(tuple(answer["columns"]), tuple(map(tuple, answer["rows"]))), bool(answer["may_write"])


def _server(address: Address, addresses: list[str]) -> dict[str, str]:
    """Every parameter that the library is given (libpq, 34.1.2), by its name."""
    proof = {"sslrootcert": "system"} if address.tls == PROVEN else {"require_auth": "scram-sha-256"}
    return {
        "host": ",".join([address.host] * len(addresses)),
        "hostaddr": ",".join(addresses),
        "port": str(address.port),
        "dbname": address.database,
        "user": address.user,
        "password": address.password,
        "sslmode": address.tls,
        **proof,
    }


def _environment() -> dict[str, str]:
    """Which authorities vouch for a server: those of this machine, as everywhere else."""
    paths = ssl.get_default_verify_paths()
    return {
        "HOME": NO_HOME,
        "SSL_CERT_FILE": paths.cafile or paths.openssl_cafile,
        "SSL_CERT_DIR": paths.capath or paths.openssl_capath,
    }
