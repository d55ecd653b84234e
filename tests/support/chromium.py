"""A real Chromium without a window, spoken to over a pipe (Chrome DevTools Protocol): no port, no driver beside it."""

from __future__ import annotations

import base64
import json
import os
import select
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

PATIENCE = 60.0
"""Seconds until a test gives up on an answer."""
_FLAGS = (
    "--headless",
    "--no-sandbox",  # the tests may run as root
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--remote-debugging-pipe",
)
_LAUNCH = (
    "import fcntl, os, sys;"
    "far = [fcntl.fcntl(int(one), fcntl.F_DUPFD, 10) for one in sys.argv[1:3]];"
    "[os.dup2(one, place) for one, place in zip(far, (3, 4))];"
    "os.execv(sys.argv[3], sys.argv[3:])"
)
"""It reads from its third descriptor and writes to its fourth."""


class Browser:
    """One Chromium with one page. Every event that it tells is kept in ``told``."""

    def __init__(self, reading: int, writing: int) -> None:
        self._reading, self._writing, self._rest, self._number = reading, writing, b"", 0
        self._session = ""
        self.told: list[dict[str, Any]] = []
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.ask(f"{domain}.enable")

    def ask(self, method: str, **parameters: object) -> dict[str, Any]:
        """The result of one call of the protocol."""
        self._number += 1
        call = {"id": self._number, "method": method, "params": parameters}
        if self._session:
            call["sessionId"] = self._session
        data = json.dumps(call).encode() + b"\0"
        while data:
            data = data[os.write(self._writing, data) :]
        answer = self._wait(lambda said: said.get("id") == self._number)
        assert "error" not in answer, answer
        result: dict[str, Any] = answer["result"]
        return result

    def open(self, path: Path) -> None:
        """Show the file ``path``, and wait until it is loaded."""
        self.told.clear()
        self.ask("Page.navigate", url=path.absolute().as_uri())
        self._wait(lambda said: said.get("method") == "Page.loadEventFired")

    def run(self, script: str) -> Any:
        """The value of an expression in the page. What it throws fails the test."""
        done = self.ask("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in done, done["exceptionDetails"]
        return done["result"].get("value")

    def key(self, name: str, code: int, text: str = "") -> None:
        """Press and let go of a key."""
        about = {"key": name, "code": name, "windowsVirtualKeyCode": code}
        down = "keyDown" if text else "rawKeyDown"
        self.ask("Input.dispatchKeyEvent", type=down, text=text, **about)
        self.ask("Input.dispatchKeyEvent", type="keyUp", **about)

    def write(self, text: str) -> None:
        """Type into what has the focus."""
        self.ask("Input.insertText", text=text)

    def look(self, **features: str) -> None:
        """Have the page shown as ``features`` say, such as ``prefers-color-scheme`` (with underscores)."""
        told = [{"name": name.replace("_", "-"), "value": value} for name, value in features.items()]
        self.ask("Emulation.setEmulatedMedia", features=told)

    def size(self, width: int, height: int) -> None:
        """The size of the window, in pixels."""
        self.ask("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)

    def picture(self, *, whole: bool = False) -> bytes:
        """What is to be seen, as PNG; the ``whole`` page, or what the window shows."""
        return base64.b64decode(self.ask("Page.captureScreenshot", captureBeyondViewport=whole)["data"])

    def printed(self) -> bytes:
        """The page as PDF, on the paper that it asks for."""
        done = self.ask("Page.printToPDF", preferCSSPageSize=True, printBackground=False)
        return base64.b64decode(done["data"])

    def requests(self) -> list[str]:
        """What was asked for since the page was opened."""
        asked = [said for said in self.told if said["method"] == "Network.requestWillBeSent"]
        return [said["params"]["request"]["url"] for said in asked]

    def complaints(self) -> list[str]:
        """What stands on its console since the page was opened: errors, warnings, what its policy refused."""
        kinds = ("Log.entryAdded", "Runtime.consoleAPICalled", "Runtime.exceptionThrown")
        return [json.dumps(said["params"]) for said in self.told if said["method"] in kinds]

    def _wait(self, wanted: Any) -> dict[str, Any]:
        end = time.monotonic() + PATIENCE
        while True:
            said = self._next(end)
            if "method" in said:
                self.told.append(said)
            if wanted(said):
                return said

    def _next(self, end: float) -> dict[str, Any]:
        while b"\0" not in self._rest:
            assert select.select([self._reading], [], [], max(end - time.monotonic(), 0))[0], "no answer"
            data = os.read(self._reading, 1 << 20)
            assert data, "the browser ended"
            self._rest += data
        line, _, self._rest = self._rest.partition(b"\0")
        found: dict[str, Any] = json.loads(line)
        return found


@contextmanager
def browser(folder: Path) -> Iterator[Browser]:
    """A Chromium that keeps its things in ``folder`` and ends with the block."""
    program = _program()
    its_in, our_out = os.pipe()
    our_in, its_out = os.pipe()
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "LANG": "C.UTF-8"}
    with (folder / "chromium.log").open("wb") as log:
        process = subprocess.Popen(
            [
                sys.executable,
                "-c",
                _LAUNCH,
                str(its_in),
                str(its_out),
                program,
                *_FLAGS,
                f"--user-data-dir={folder / 'profile'}",
            ],
            pass_fds=(its_in, its_out),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env=environment,
            start_new_session=True,
        )
    os.close(its_in)
    os.close(its_out)
    try:
        yield Browser(our_in, our_out)
    finally:
        os.close(our_out)  # it ends with its pipe
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        os.close(our_in)


def _program() -> str:
    """Chromium; where it is not installed the test is skipped, and fails where CI says that it must be."""
    found = shutil.which("chromium")
    if found is None:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)("scripts/setup --system installs chromium")
    return found
