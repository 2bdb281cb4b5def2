"""A PostgreSQL server of a test's own."""

import contextlib
import os
import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path

PASSWORD = "secret-4711"


def program(name):
    """Where a program of PostgreSQL's is: Debian keeps them off the PATH."""
    found = shutil.which(name) or max(map(str, Path("/usr/lib/postgresql").glob(f"*/bin/{name}")), default=None)
    if found is None:
        raise FileNotFoundError(f"{name} of PostgreSQL is not installed")
    return found


def unprivileged():
    """The user to run the server as: it refuses to be root's."""
    known = {user.pw_name for user in pwd.getpwall()}
    return next(name for name in ("postgres", "nobody") if name in known) if os.geteuid() == 0 else None


@contextlib.contextmanager
def server():
    """A server that answers at a socket in the folder which is given."""
    initdb, pg_ctl, user = program("initdb"), program("pg_ctl"), unprivileged()
    folder = Path(tempfile.mkdtemp(prefix="postgres-"))  # the path of a socket must be short
    data, password = folder / "data", folder / "password"
    password.write_text(PASSWORD)

    def run(*command):
        # The server keeps what it inherits open: a pipe would be waited for until it ends.
        with open(folder / "output", "a+") as output:
            done = subprocess.run(command, user=user, cwd=folder, stdout=output, stderr=output, check=False)
        assert done.returncode == 0, (folder / "output").read_text()

    try:
        if user:
            for path in (folder, password):
                shutil.chown(path, user)
        run(initdb, "-D", data, "-U", "teacher", "-A", "scram-sha-256", f"--pwfile={password}", "-E", "UTF8",
            "--locale=C", "--no-sync")  # fmt: skip
        run(pg_ctl, "-D", data, "-w", "-l", folder / "log", "-o", f"-F -k {folder} -c listen_addresses=", "start")
        try:
            yield folder
        finally:
            run(pg_ctl, "-D", data, "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder)


def address(folder, password=PASSWORD):
    return f"postgresql+psycopg://teacher:{password}@/postgres?host={folder}"
