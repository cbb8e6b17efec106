"""The one way out: every request to an address that a person or a program named goes through here.

https only, no redirects, no proxy of the environment, an end in time and in size. The address is checked as
it is connected to: the name is resolved once, and what was checked is what the socket gets, so that a name
server that answers differently the second time is never asked. TLS still proves the name.
"""

from __future__ import annotations

import re
import socket
import ssl
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from ipaddress import ip_address

import httpcore2
import httpx2
from django.conf import settings

from throughline import __version__
from throughline.engine.refusals import Refused
from throughline.outbound.ranges import is_open

USER_AGENT = f"Throughline/{__version__}"
LONGEST_ADDRESS = 2_000
# So long a connection waits for the next question of its session.
KEPT_SECONDS = 20.0
HOST = re.compile(r"[A-Za-z0-9._-]+|[0-9A-Fa-f:.]+")


class NotSent(Refused):
    """Nothing came of a request. The sentence names the host and never the rest, which may be a secret."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How long one request may take from name to last byte, and how much may come back."""

    seconds: float = 15.0
    most_bytes: int = 64 * 1024


LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, whole. Names of headers are in small letters."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def is_success(self) -> bool:
        return 200 <= self.status < 300


def checked_address(address: str) -> httpx2.URL:
    """The address, where it may be asked at all. Raises Refused with a sentence for whoever typed it."""
    try:
        url = httpx2.URL(address.strip())
    except (httpx2.InvalidURL, UnicodeError):
        raise _refused("This is no address (expected https://name/path).") from None
    if url.scheme not in ("https", "http"):
        raise _refused("The address has to begin with https://.")
    if len(address) > LONGEST_ADDRESS:
        raise _refused(f"The address is longer than {LONGEST_ADDRESS:,} characters.")
    if not HOST.fullmatch(url.raw_host.decode("ascii")) or not 0 < (url.port or 443) < 65536:
        raise _refused("This is no address (expected https://name/path).")
    if url.scheme == "http" and url.host.lower() not in settings.THROUGHLINE_OUTBOUND_HTTP:
        raise _refused(
            f"{url.host} would be asked without TLS: begin the address with https://, "
            "or list the host in THROUGHLINE_OUTBOUND_HTTP."
        )
    if url.userinfo:
        raise _refused("The address holds a user name or password: leave them out.")
    return url


def require_kept(address: str) -> httpx2.URL:
    """The address, where it is worth keeping: one that names a closed place itself would never be sent to.

    A name is looked up when it is sent to and not here, since it may lead elsewhere by then.
    """
    url = checked_address(address)
    literal = _literal(url.host.strip("[]").lower())
    if literal is not None and not is_open(literal, listed=settings.THROUGHLINE_OUTBOUND_NETWORKS):
        raise _closed(url.host)
    return url


def require_host(host: str) -> None:
    """That a host is one name or address, and none that is a closed place by itself. Raises Refused."""
    literal = _literal(host.lower()) if HOST.fullmatch(host) else None
    if not HOST.fullmatch(host) or (":" in host and not _is_address(host)):
        raise Refused("expected the name of one host, as db.example.com", place="host", code="host")
    if literal is not None and not is_open(literal, listed=settings.THROUGHLINE_OUTBOUND_NETWORKS):
        raise _closed(host)


def _is_address(host: str) -> bool:
    try:
        return bool(ip_address(host))
    except ValueError:
        return False


def _literal(host: str) -> str | None:
    """The address that a host is written as, in any spelling that a system reads; None for a name."""
    if host == "localhost" or host.endswith(".localhost"):
        return "127.0.0.1"
    if ":" in host:
        return host
    try:
        return socket.inet_ntoa(socket.inet_aton(host))
    except OSError:
        return None


def _closed(host: str) -> NotSent:
    # Not which address: names of this network are nothing to whoever tries them.
    return NotSent(
        f"{host} is inside this network, or not an address to send to: "
        "where that is meant, list its network in THROUGHLINE_OUTBOUND_NETWORKS.",
        code="closed_address",
    )


def send(
    method: str,
    address: str,
    *,
    body: bytes = b"",
    headers: Mapping[str, str] | None = None,
    limits: Limits = LIMITS,
) -> Answer:
    """Ask once and read the answer, whatever its status. Raises NotSent where there is none."""
    # A pool of its own: no connection outlives the question of who may be spoken to.
    with Session() as session:
        return session.send(method, address, body=body, headers=headers, limits=limits)


class Session:
    """Several questions, one after the other, over connections that are kept while it is open.

    An address is checked when a connection is made to it, and what was checked is what answers to the end. It
    belongs to one thread, and is left open for one piece of work.
    """

    def __init__(self) -> None:
        self._until = _Until()
        self._pool = httpcore2.ConnectionPool(
            ssl_context=ssl.create_default_context(),
            network_backend=_Checked(self._until),
            max_connections=2,
            keepalive_expiry=KEPT_SECONDS,
        )

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *reason: object) -> None:
        self._pool.close()

    def send(
        self,
        method: str,
        address: str,
        *,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
        limits: Limits = LIMITS,
    ) -> Answer:
        """Ask once and read the answer, whatever its status. Raises NotSent where there is none."""
        url = checked_address(address)
        self._until.instant = time.monotonic() + limits.seconds
        sent = {"user-agent": USER_AGENT, "accept-encoding": "identity", **(headers or {})}.items()
        target = httpcore2.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path)
        try:
            with self._pool.stream(method, target, headers=list(sent), content=body) as response:
                content = _bounded(response.iter_stream(), host=url.host, most=limits.most_bytes)
                return Answer(response.status, _headers(response.headers), content)
        except httpcore2.TimeoutException:
            message = f"{url.host} did not answer within {limits.seconds:g} seconds."
            raise NotSent(message, code="slow") from None
        except (httpcore2.NetworkError, httpcore2.ProtocolError) as error:
            raise NotSent(_said(url.host, error), code="unreachable") from error


@dataclass(slots=True)
class _Until:
    """When the question that is being asked ends: a connection that is kept answers the next one too."""

    instant: float = 0.0


def _refused(message: str) -> Refused:
    return Refused(message, code="address")


def _headers(pairs: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    return {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in pairs}


def _bounded(parts: Iterable[bytes], *, host: str, most: int) -> bytes:
    content = bytearray()
    for part in parts:
        content += part
        if len(content) > most:
            raise NotSent(f"{host} answered with more than {most:,} bytes.", code="too_large")
    return bytes(content)


def _said(host: str, error: Exception) -> str:
    causes = [error, error.__cause__, error.__context__]
    proof = next((each for each in causes if isinstance(each, ssl.SSLCertVerificationError)), None)
    if proof is not None:
        return f"The certificate of {host} does not hold: {proof.verify_message.rstrip('.')}."
    if any(isinstance(each, ssl.SSLError) for each in causes):
        return f"{host} does not speak TLS at this port."
    if isinstance(error, httpcore2.RemoteProtocolError) and "disconnected" in str(error):
        return f"{host} closed the connection without an answer."
    if isinstance(error, httpcore2.ProtocolError):
        return f"{host} answered with something that is not HTTP."
    system = next((each for each in causes if isinstance(each, OSError) and each.strerror), None)
    return f"{host} cannot be reached{f': {system.strerror}' if system else ''}."


def resolved(host: str, port: int) -> list[str]:
    """The addresses of a name, each once, in the order of the system. Raises NotSent where there is none."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (socket.gaierror, UnicodeError):
        raise NotSent(f"There is no address for {host}: look for a typo.", code="no_address") from None
    return list(dict.fromkeys(str(each[4][0]) for each in found))


def checked_addresses(host: str, port: int) -> list[str]:
    """The addresses of a name that may be connected to, looked up once. Raises NotSent if there are none."""
    listed = settings.THROUGHLINE_OUTBOUND_NETWORKS
    addresses = [each for each in resolved(host, port) if is_open(each, listed=listed)]
    if not addresses:
        raise _closed(host)
    return addresses


class _Checked(httpcore2.NetworkBackend):
    """Connects to addresses that were checked, and to nothing else."""

    def __init__(self, until: _Until) -> None:
        self._until = until
        self._plain = httpcore2.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.NetworkStream:
        addresses = checked_addresses(host, port)
        for address in addresses[:-1]:
            try:
                return self._connected(address, port)
            except httpcore2.ConnectError:
                continue
        return self._connected(addresses[-1], port)

    def _connected(self, address: str, port: int) -> httpcore2.NetworkStream:
        left = _left(self._until)
        return _Ending(self._plain.connect_tcp(address, port, timeout=left, socket_options=[]), self._until)


class _Ending(httpcore2.NetworkStream):
    """A stream that ends at an instant: a timeout of each read would wait for ever on a byte a second."""

    def __init__(self, stream: httpcore2.NetworkStream, until: _Until) -> None:
        self._stream = stream
        self._until = until

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, timeout=_left(self._until))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, timeout=_left(self._until))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore2.NetworkStream:
        inner = self._stream.start_tls(ssl_context, server_hostname, timeout=_left(self._until))
        return _Ending(inner, self._until)

    def get_extra_info(self, info: str) -> object:
        return self._stream.get_extra_info(info)


def _left(until: _Until) -> float:
    left = until.instant - time.monotonic()
    if left <= 0:
        raise httpcore2.ReadTimeout
    return left
