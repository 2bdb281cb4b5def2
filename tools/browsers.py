"""The browser of the checks: Chromium or Chrome, or the Firefox that FIREFOX names. It reaches this machine alone."""

import contextlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

HERE = "127.0.0.1"
NOWHERE = f"--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE {HERE}"
NO_PROXY_THERE = {"network.proxy.type": 1, "network.proxy.http": HERE, "network.proxy.http_port": 9,
                  "network.proxy.ssl": HERE, "network.proxy.ssl_port": 9}  # fmt: skip
FIREFOX = os.environ.get("FIREFOX")
# Newer ones (1.65) begin with a command that the Firefox of Debian, 153 ESR, does not know.
FOR_FIREFOX = "playwright==1.58.0"
KEPT = Path(__file__).parents[1] / "build" / "browser" / FOR_FIREFOX


def program():
    """The browser; None without one."""
    names = [FIREFOX] if FIREFOX else ["chromium", "chromium-browser", "google-chrome"]
    return next(filter(None, map(shutil.which, names)), None)


@contextlib.contextmanager
def browser():
    """It runs without a window, and every other host is out of reach."""
    if FIREFOX:
        _get_playwright()
    from playwright.sync_api import sync_playwright

    with sync_playwright() as runner:
        if FIREFOX:
            settings = {"channel": "moz-firefox", "firefox_user_prefs": NO_PROXY_THERE}
            found = runner.firefox.launch(executable_path=program(), **settings)
        else:
            found = runner.chromium.launch(executable_path=program(), args=["--no-sandbox", NOWHERE])
        yield found
        found.close()


def _get_playwright():
    """Let FOR_FIREFOX be what is imported; it is installed into a folder of its own, once."""
    if not KEPT.is_dir():
        pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet", "install"]
        subprocess.run([*pip, "--target", KEPT, FOR_FIREFOX], check=True)
    sys.path.insert(0, str(KEPT))
