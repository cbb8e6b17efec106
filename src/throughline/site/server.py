"""The server: one process, pages on a fixed pool of threads, background work on a thread of its own."""

from __future__ import annotations

import errno
import gc
import os
import socket
from importlib import import_module
from pathlib import Path

from throughline.engine.refusals import Refused

THREADS = 8
EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104
# Ctrl-C: what a request needs longer than this for is not waited for.
GRACE_SECONDS = 1


def bind(host: str, port: int, *, tries: int = 1) -> socket.socket:
    """A listening socket on the first free port of `tries` from `port`; Refused when there is none."""
    for candidate in range(port, port + tries):
        try:
            return _listen(host, candidate)
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise Refused(f"Cannot listen on {host}:{candidate}: {error.strerror}.") from error
    raise Refused(
        f"Port {port} is in use, perhaps by another Throughline. Choose another one: --port {port + 1}."
    )


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    try:
        # A server that has just ended must not keep its own port from itself.
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        # Listening at once: of two servers that start together, the second learns it now.
        listening.listen(128)
    except OSError:
        listening.close()
        raise
    return listening


def address_of(listening: socket.socket, host: str) -> str:
    """What a person types in a browser on this machine."""
    shown = "localhost" if host in (*EVERYWHERE, "127.0.0.1", "localhost") else host
    return f"http://{f'[{shown}]' if ':' in shown else shown}:{listening.getsockname()[1]}"


def remember_address(home: Path, address: str) -> None:
    """Keep the address beside the data, so that `user link` can print whole links."""
    (home / "address").write_text(address + "\n")


def known_address(home: Path) -> str:
    """The public origin where one is set, else where this home was served last."""
    if origin := os.environ.get("THROUGHLINE_ORIGINS", "").split(",")[0]:
        return origin.rstrip("/")
    kept = home / "address"
    return kept.read_text().strip() if kept.exists() else "http://localhost:8000"


def settle() -> None:
    """Load what the pages are made with, and have the collector of cycles never walk it again."""
    from django.conf import settings

    import_module(settings.ROOT_URLCONF)
    # It stays for good: walked over within a page of many rows, it took a third of the page's time.
    gc.freeze()


def run(listening: socket.socket, *, host: str) -> None:
    """Serve until Ctrl-C or SIGTERM. Django must be set up."""
    import uvicorn
    from a2wsgi import WSGIMiddleware
    from django.conf import settings

    from throughline.jobs.worker import Worker
    from throughline.live.streams import LiveStreams
    from throughline.site.bodies import WholeBodies, ending_unread
    from throughline.site.connections import PromptHeads, make_room
    from throughline.site.limits import most_bytes
    from throughline.site.wsgi import application

    if host not in EVERYWHERE:
        settings.ALLOWED_HOSTS.append(host)
    pages = WSGIMiddleware(ending_unread(application), workers=THREADS)
    config = uvicorn.Config(
        LiveStreams(WholeBodies(pages, most=most_bytes)),  # type: ignore[arg-type]
        http=PromptHeads,
        lifespan="off",
        log_level="warning",
        access_log=False,
        server_header=False,
        # Only where a proxy is declared may a header say who asks.
        proxy_headers=bool(settings.SECURE),
        forwarded_allow_ips=[str(network) for network in settings.THROUGHLINE_PROXIES],
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    make_room()
    worker = Worker()
    worker.start()
    try:
        settle()
        uvicorn.Server(config).run(sockets=[listening])
    except KeyboardInterrupt:
        # uvicorn hands the signal on after it has shut down.
        pass
    finally:
        worker.stop()
