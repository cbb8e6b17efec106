"""A server over a data folder that is killed and started again, and clients that know when it is down."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import threading
import time
from http.client import HTTPException
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode, urlsplit
from urllib.request import HTTPCookieProcessor, OpenerDirector, Request, build_opener

COMMAND = (sys.executable, "-m", "throughline.cli")
# A request that was under way when the server was killed is no fault of the server's.
GRACE = 1.0


class House:
    """The server of one data folder; `errors` is where it writes what went wrong."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.errors = home.parent / "server.err"
        self.starts = 0
        self.down_since: float | None = None
        self.up_since = 0.0
        self._changing = threading.Lock()

    def start(self) -> None:
        """Serve the folder, on the same port every time."""
        port = str(urlsplit(self.address).port) if self.starts else "0"
        command = [*COMMAND, "serve", "--port", port, "--home", str(self.home), "--json"]
        with self.errors.open("a") as errors:
            self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True)
        said = ""
        for line in self.process.stdout or ():
            said += line
            if line.rstrip() == "}":
                break
        if not said:
            raise RuntimeError(f"the server did not start: {self.errors.read_text()[-2000:]}")
        document = json.loads(said)
        self.address, self.link = document["address"], document["sign_in_link"]
        self.starts += 1
        self.up_since, self.down_since = time.monotonic(), None

    def kill(self) -> None:
        """End the server in the middle of whatever it does, and start it again."""
        with self._changing:
            self.down_since = time.monotonic()
            self.process.kill()
            self.process.wait()
            self.start()

    def stop(self) -> None:
        """End the server as its owner would."""
        self.process.terminate()
        self.process.wait(timeout=30)

    def was_down(self, since: float) -> bool:
        """Whether the server was down at any moment since then."""
        return self.down_since is not None or self.up_since + GRACE > since

    def megabytes(self) -> float:
        """The memory that the server holds now."""
        for line in Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) / 1024
        return 0.0

    def run(self, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        """What a command answers about this folder."""
        command = [*COMMAND, *map(str, arguments), "--home", str(self.home), "--json"]
        return subprocess.run(command, capture_output=True, text=True)


class Client:
    """Somebody signed in; what is answered with is counted, and what should not be is kept as a fault."""

    def __init__(self, house: House, link: str) -> None:
        self.house, self.answers, self.lost = house, 0, 0
        self.faults: list[str] = []
        self._opener: OpenerDirector = build_opener(HTTPCookieProcessor(CookieJar()))
        self._token = ""
        self._learn(self.get(urlsplit(link).path) or "")
        self.post(urlsplit(link).path, {"csrfmiddlewaretoken": self._token})
        self._learn(self.get("/vulnerabilities/") or "")

    def get(self, path: str, *, allowed: tuple[int, ...] = ()) -> str | None:
        """The text of a page; None where it was not there, or refused as it may."""
        return self._ask(Request(self.house.address + path), allowed)

    def open(self, request: Request, *, timeout: float) -> Any:
        """An answer that is read as it comes, signed in like the others."""
        return self._opener.open(request, timeout=timeout)

    def post(self, path: str, fields: dict[str, object], *, allowed: tuple[int, ...] = ()) -> str | None:
        """What is answered to a form; None where the server was not there, or refused as it may."""
        headers = {"X-CSRFToken": self._token, "Accept": "application/json"}
        body = urlencode(fields, doseq=True).encode()
        request = Request(self.house.address + path, data=body, headers=headers)
        return self._ask(request, allowed)

    def _learn(self, page: str) -> None:
        found = re.search(r'csrfmiddlewaretoken" value="([^"]+)"', page)
        self._token = found[1] if found else self._token

    def _ask(self, request: Request, allowed: tuple[int, ...] = ()) -> str | None:
        began = time.monotonic()
        try:
            with self._opener.open(request, timeout=60) as answer:
                text = answer.read().decode()
        except HTTPError as error:
            if error.code not in allowed:
                self.faults.append(f"{request.selector} answered {error.code}")
            return None
        except (URLError, OSError) as error:
            return self._missed(began, f"{request.selector} was not answered: {error}")
        except HTTPException as error:
            return self._missed(began, f"{request.selector} was cut off: {error!r}")
        self.answers += 1
        return text

    def _missed(self, began: float, fault: str) -> None:
        self.lost += 1
        if not self.house.was_down(began):
            self.faults.append(fault)
        time.sleep(0.2)
