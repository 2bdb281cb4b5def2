"""What lies outside of a sandbox, for attacks to find: files with a canary, a port and a socket that listen."""

import contextlib
import pickle
import selectors
import socket
import sqlite3
import threading
import zipfile

import matplotlib.pyplot as plt
import numpy as np

from nngrade.sandbox.places import passing_folder

WORD = "CANARY-of-a-file"


class Outside:
    """The folder with the files and all that has come in from a sandbox."""

    def __init__(self, folder, listening):
        self.folder, self.port = folder, listening.getsockname()[1]
        self.heard = []  # what somebody has sent

    def fill(self, source):
        """The code of an attack, with where all this is in it."""
        return source.replace("SECRETS", str(self.folder)).replace("PORT", str(self.port))

    def state(self):
        """All that could be changed here."""
        return {path.name: (path.stat().st_mode, path.stat().st_mtime_ns, path.is_file() and path.read_bytes())
                for path in [self.folder, *self.folder.rglob("*")]}  # fmt: skip


@contextlib.contextmanager
def outside():
    """An Outside that is open to everybody on this machine."""
    with passing_folder() as folder, contextlib.ExitStack() as stack:
        write(folder)
        lines = [stack.enter_context(socket.socket(*kind)) for kind in ((socket.AF_INET, socket.SOCK_STREAM),
                 (socket.AF_INET, socket.SOCK_DGRAM), (socket.AF_UNIX, socket.SOCK_STREAM))]  # fmt: skip
        lines[0].bind(("127.0.0.1", 0))
        lines[1].bind(lines[0].getsockname())
        lines[2].bind(str(folder / "socket"))
        for path in (folder, *folder.rglob("*")):
            path.chmod(0o777 if path.is_dir() or path.is_socket() else 0o666)
        place, (told, tell) = Outside(folder, lines[0]), socket.socketpair()
        listener = threading.Thread(target=listen, args=(lines, told, place.heard))
        listener.start()
        try:
            yield place
        finally:
            tell.close()
            listener.join()
            told.close()


def write(folder):
    """The files."""
    (folder / "secret.txt").write_text(WORD)
    (folder / "secret.rc").write_text(f"savefig.directory: {WORD}\n")
    for name in ("secret.py", "zipped.py"):
        (folder / name).write_text(f"WORD = '{WORD}'\n")
    (folder / "package").mkdir()
    (folder / "package" / "__init__.py").touch()
    (folder / "package" / "word.txt").write_text(WORD)
    with zipfile.ZipFile(folder / "secret.zip", "w") as archive:
        archive.write(folder / "zipped.py", "zipped.py")
    (folder / "secret.pkl").write_bytes(pickle.dumps(WORD))
    np.save(folder / "secret.npy", np.array(WORD))
    letters = np.frombuffer(WORD.encode(), "u1")[None]
    plt.imsave(folder / "secret.png", np.stack([letters] * 3, axis=-1))
    with contextlib.closing(sqlite3.connect(folder / "secret.db")) as book, book:
        book.execute("create table words (word)")
        book.execute("insert into words values (?)", (WORD,))


def listen(lines, told, heard):
    """Note who comes, until told to stop."""
    for line in (lines[0], lines[2]):
        line.listen()
    with selectors.DefaultSelector() as selector:
        for line in (*lines, told):
            selector.register(line, selectors.EVENT_READ)
        while told not in (ready := [key.fileobj for key, _ in selector.select()]):
            for line in ready:
                if line is lines[1]:
                    heard.append(line.recv(999))
                else:
                    with line.accept()[0] as guest:
                        guest.settimeout(0.1)
                        with contextlib.suppress(OSError):
                            guest.send(WORD.encode())
                    heard.append(b"somebody")
