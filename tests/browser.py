"""A real browser for tests, and a JupyterLab of their own."""

import contextlib
import json
import os
import shutil
import subprocess
import sys
import time

import pytest

browsers = pytest.importorskip("playwright.sync_api", reason="playwright is not installed: see the extra dev")
PATIENCE = 120_000  # ms; not the 5 and 30 s that a page may take where other programs are at work
browsers.expect.set_options(timeout=PATIENCE)


@contextlib.contextmanager
def chromium():
    """Headless Chromium. Where it can't be had: fail on CI, skip elsewhere."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not path:
        (pytest.fail if os.environ.get("CI") else pytest.skip)("no Chromium here: nothing is tried in a browser")
    with browsers.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        browser.on("context", lambda context: context.set_default_timeout(PATIENCE))
        yield browser
        browser.close()


@contextlib.contextmanager
def lab(folder, command, own):
    """The address of the JupyterLab that `command` starts in `folder`; its settings are in the folder `own`."""
    folders = {f"JUPYTER_{kind}_DIR": str(own / kind) for kind in ("CONFIG", "DATA", "RUNTIME")}
    command = [sys.executable, "-m", *command, "--no-browser", "--port=0", "--IdentityProvider.token="]
    with open(own / "log", "w") as log:
        server = subprocess.Popen(command, cwd=folder, env=os.environ | folders, stdout=log, stderr=log)
    try:
        yield _address(own / "RUNTIME")
    finally:
        server.terminate()
        server.wait(120)


def _address(folder, seconds=120):
    for _ in range(10 * seconds):
        for path in folder.glob("jpserver-*.json"):
            with contextlib.suppress(json.JSONDecodeError):  # it is still being written
                return json.loads(path.read_text())["url"]
        time.sleep(0.1)
    raise TimeoutError("JupyterLab does not start")
