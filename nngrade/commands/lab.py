"""`nngrade lab`: the course in JupyterLab."""

import os
import sys
from pathlib import Path

OPTIONS = (
    "--ServerApp.jpserver_extensions=nngrade.commands.start_page=True", "--LabApp.default_url=/start",
    # No "Would you like to get notified about official Jupyter news?", and pages of text open as pages.
    f"--LabApp.app_settings_dir={Path(__file__).with_name('lab_settings')}",
    "--log-level=CRITICAL", "--LabApp.log_level=CRITICAL",  # the browser shows what goes wrong; --debug brings all back
    "--KernelManager.transport_encryption=auto",  # or each kernel warns that it has none
)  # fmt: skip


def run(root, options):
    """Become JupyterLab in the course folder, with these `options` of its own. Does not return.

    Ctrl-C then reaches JupyterLab, which asks before it stops. A port that is in use is no problem: JupyterLab takes
    the next free one, and the line that the start page's extension prints has it.
    """
    os.chdir(root)
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as nnlib does, also for notebooks without it
    as_root = ["--allow-root"] if getattr(os, "geteuid", lambda: 1)() == 0 else []  # usual in a container
    os.execv(sys.executable, [sys.executable, "-m", "jupyterlab", *as_root, *OPTIONS, *options])
