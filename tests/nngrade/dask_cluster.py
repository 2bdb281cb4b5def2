"""A Dask cluster on this machine, as instructors start one: a scheduler and workers, each a process of its own."""

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil

SECONDS = 120  # for anything to happen on a busy machine


class Cluster:
    """A scheduler, and workers that know nothing but its address: their current folder is empty."""

    def __init__(self, folder):
        self.folder, self.programs = folder, []
        self.empty, self.scratch = folder / "empty", Path(tempfile.mkdtemp(prefix="dask-test-"))
        self.empty.mkdir()
        self.scratch.chmod(0o755)  # pytest's own folders are closed to the user that students' code runs as
        self.scheduler = self.run("scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard")
        self.address = until(self.found_address)

    def run(self, program, *options, **environment):
        """Start a program of Dask's."""
        with open(self.folder / f"{program}-{len(self.programs)}.log", "w") as log:
            started = subprocess.Popen(
                [sys.executable, "-m", f"distributed.cli.dask_{program}", *options],
                cwd=self.empty, env=os.environ | {"TMPDIR": str(self.scratch)} | environment, stdout=log, stderr=log,
            )  # fmt: skip
        self.programs.append(started)
        return started

    def found_address(self):
        lines = (self.folder / "scheduler-0.log").read_text().splitlines()
        return next((line.split()[-1] for line in lines if "Scheduler at:" in line), None)

    def worker(self, *options, threads=1, **environment):
        """Start a nanny with one worker, and wait until it is ready."""
        fixed = "--host", "127.0.0.1", "--no-dashboard", "--memory-limit", "0", "--local-directory", str(self.folder)
        nanny = self.run("worker", self.address, *fixed, "--nthreads", str(threads), *options, **environment)
        log = self.folder / f"worker-{len(self.programs) - 1}.log"
        until(lambda: "Registered to:" in log.read_text())
        return nanny

    def close(self):
        for program in reversed(self.programs):
            program.terminate()
        for program in self.programs:
            try:
                program.wait(SECONDS)
            except subprocess.TimeoutExpired:
                program.kill()
                program.wait()
        until(self.is_removed)

    def is_removed(self):
        """Whether the scratch folder is gone; what a worker started may be removing its own part of it as it ends."""
        with contextlib.suppress(FileNotFoundError):
            shutil.rmtree(self.scratch)
        return not self.scratch.exists()


def worker_of(nanny):
    """The process in which a worker's tasks run; where setproctitle is installed, it goes by another name."""
    children = psutil.Process(nanny.pid).children()
    return next(child for child in children if "resource_tracker" not in " ".join(child.cmdline()))


def family(process):
    """A process and all that descends from it."""
    return [process, *process.children(recursive=True)]


def until(found):
    """Wait for something to be found."""
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        with contextlib.suppress(FileNotFoundError, psutil.NoSuchProcess, StopIteration):
            if result := found():
                return result
        time.sleep(0.05)
    raise TimeoutError(f"nothing came of {found} in {SECONDS} s")
