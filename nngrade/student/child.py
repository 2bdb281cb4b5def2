"""The student's process: runs the cells of a submission, and forks itself for each test that wants to talk to them.

It knows nothing of tests, expected values or points; what it says is believed by nobody. It runs in the
sandbox, started as `nngrade.student.child:main` with a socket to the trusted process. Messages that it understands,
each after a token that the answer repeats: ("needed", sources, names) answers with those of the names that these cells
take from others; ("run", name, source, most_bytes) with the outputs of the cell; ("serve", key), which brings a socket,
makes a fork that answers on that socket (see servant.py); ("end", key) ends that fork, and answers whether there were
threads that it had to do without.
"""

import builtins
import contextlib
import gc
import os
import signal
import socket
import threading
import warnings

from nngrade.boundary import names, wire
from nngrade.student import servant, sharing, switches
from nngrade.student.shell import moved_in, recorder

BUILTINS = dict(vars(builtins))


def main(sock):
    """Serve the trusted process until it closes the socket."""
    shell = moved_in()
    sharing.make_do()
    signal.signal(signal.SIGINT, recorder.interrupt)
    forks = {}
    while True:
        try:
            (token, order, *rest), received = wire.received_with_file(sock)
        except (OSError, EOFError):
            os._exit(0)  # without the atexit hooks of the student
        if order == "run":
            wire.send(sock, wire.packed([token, run_cell(shell, *rest)]))
        elif order == "needed":
            wire.send(sock, wire.packed([token, needed(*rest)]))
        elif order == "serve":
            with contextlib.suppress(OSError):  # no more processes, no more files: the test finds nobody there
                forks[rest[0]] = fork_servant(shell, sock, received), threading.active_count() > 1
            wire.send(sock, wire.packed([token, bool(forks.get(rest[0]))]))
        elif order == "end":
            fork, threads = forks.pop(rest[0], (None, False))
            end(fork)
            wire.send(sock, wire.packed([token, threads]))


def run_cell(shell, name, source, most_bytes):
    """The outputs of a cell, as they stand in a notebook."""
    with recorder.recording(name, most_bytes):
        try:
            if not shell.define(source):
                shell.run_cell(source, store_history=True)
        except BaseException as error:  # a hook of the student's that breaks the shell itself
            recorder.error(error)
    failed, shell.last_execution_result = getattr(shell.last_execution_result, "error_in_exec", None), None
    if failed is not None:  # its traceback holds all that the failed lines had made, and a frame that holds it
        del failed
        gc.collect()
    return recorder.outputs


def needed(sources, asked):
    """Those of the names `asked` that these cells may take from others; None where that can't be seen."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the parser's
        found = names.perhaps_needed(sources, set(asked))
    return None if found is None else sorted(found)


def fork_servant(shell, control, received):
    """A copy of this process that answers one test on the socket that was received; its process id."""
    if received is None:
        raise OSError("no more open files")
    channel, threads = socket.socket(fileno=received), threading.active_count() > 1
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # threads of the student's do not live on in the copy, and need not
        pid = os.fork()
    if pid:
        channel.close()
        return pid
    try:
        os.setsid()  # a group of its own, with all that it may start
        control.close()
        vars(builtins).update(BUILTINS)
        switches.put_back(threads)
        with recorder.recording(recorder.cell, 0):  # what a call prints could tell the inputs of a test
            shell.display_formatter.format = unseen(shell)  # nor is a figure drawn that nobody sees
            servant.serve(channel, shell.user_ns, recorder.cells)
    finally:
        os._exit(0)


def unseen(shell):
    """In place of IPython's formats, for a process whose outputs nobody sees."""
    shows_itself = shell.display_formatter.ipython_display_formatter

    def no_format(thing, *_, **__):
        shows_itself(thing)
        return {}, {}

    return no_format


def end(fork):
    """End a copy of this process and what it started, whatever it is doing."""
    if fork:
        with contextlib.suppress(OSError):
            os.killpg(fork, signal.SIGKILL)
        with contextlib.suppress(OSError):
            os.waitpid(fork, 0)
