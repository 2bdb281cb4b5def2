"""The student's process: runs the cells of a submission, and forks itself for each test that wants to talk to them.

It knows nothing of tests, expected values or points; what it says is believed by nobody. It runs in the
sandbox, started as `nngrade.child:main` with a socket to the trusted process. Messages that it understands,
each after a token that the answer repeats: ("run", name, source, most_bytes) answers with the outputs of the
cell; ("serve", key), which brings a socket, makes a fork that answers on that socket (see servant.py);
("end", key) ends that fork.
"""

import builtins
import contextlib
import os
import signal
import socket
import sys
import warnings

from IPython.core.compilerop import CachingCompiler
from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

from nngrade import servant, wire
from nngrade.recorder import Recorder

INLINE = "module://matplotlib_inline.backend_inline"
BUILTINS = dict(vars(builtins))
recorder = Recorder()


class Hook(DisplayHook):
    """Records the value of a cell's last line."""

    def start_displayhook(self):
        pass

    def write_output_prompt(self):
        pass

    def write_format_data(self, format_dict, md_dict=None):
        recorder.display(format_dict, md_dict, self.prompt_count)

    def finish_displayhook(self):
        pass


class Publisher(DisplayPublisher):
    """Records what display() shows."""

    def publish(self, data, metadata=None, source=None, *, transient=None, update=False, **_):
        recorder.display(data, metadata, None, (transient or {}).get("display_id"), update)

    def clear_output(self, wait=False):
        recorder.clear()


class Compiler(CachingCompiler):
    """Names the code of a cell after the cell, so that tracebacks can point to it."""

    def get_code_name(self, raw_code, transformed_code, number):
        return recorder.cell


class Shell(InteractiveShell):
    """IPython without a kernel."""

    displayhook_class, display_pub_class, compiler_class = Hook, Publisher, Compiler

    def _showtraceback(self, etype, evalue, stb):
        recorder.error(evalue)

    def showtraceback(self, *args, **kwargs):
        recorder.error(sys.exc_info()[1])

    showsyntaxerror = showindentationerror = showtraceback

    def ask_exit(self):
        recorder.write("stderr", "exit() does nothing in a submission.\n")

    def enable_gui(self, gui=None):
        pass


def make_shell():
    """An IPython shell that keeps no history and shows figures as PNG."""
    config = Config()
    config.HistoryManager.enabled = False
    config.HistoryManager.hist_file = ":memory:"
    shell = Shell.instance(config=config, banner1="", ipython_dir=os.environ.get("IPYTHONDIR", os.getcwd()))
    os.environ["MPLBACKEND"] = INLINE
    if "matplotlib" in sys.modules:
        from IPython.core.pylabtools import activate_matplotlib
        from matplotlib_inline.backend_inline import configure_inline_support

        activate_matplotlib(INLINE)  # figures show at the end of the cell, as in a notebook
        configure_inline_support(shell, INLINE)
    return shell


def main(sock):
    """Serve the trusted process until it closes the socket."""
    shell = make_shell()
    signal.signal(signal.SIGINT, recorder.interrupt)
    forks = {}
    while True:
        try:
            (token, order, *rest), received = receive_order(sock)
        except (OSError, EOFError):
            os._exit(0)  # without the atexit hooks of the student
        if order == "run":
            wire.send(sock, wire.packed([token, run_cell(shell, *rest)]))
        elif order == "serve":
            with contextlib.suppress(OSError):  # no more processes: the test finds nobody at the other end
                forks[rest[0]] = fork_servant(shell, sock, socket.socket(fileno=received))
            wire.send(sock, wire.packed([token, True]))
        elif order == "end":
            end(forks.pop(rest[0], None))
            wire.send(sock, wire.packed([token, True]))


def run_cell(shell, name, source, most_bytes):
    """The outputs of a cell, as they stand in a notebook."""
    with recorder.recording(name, most_bytes):
        try:
            shell.run_cell(source, store_history=True)
        except BaseException as error:  # a hook of the student's that breaks the shell itself
            recorder.error(error)
    return recorder.outputs


def fork_servant(shell, control, channel):
    """A copy of this process that answers one test on `channel`; its process id."""
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
        with recorder.recording(recorder.cell, 0):  # what a call prints could tell the inputs of a test
            servant.serve(channel, shell.user_ns, recorder.cells)
    finally:
        os._exit(0)


def end(fork):
    """End a copy of this process and what it started, whatever it is doing."""
    if fork:
        with contextlib.suppress(OSError):
            os.killpg(fork, signal.SIGKILL)
        with contextlib.suppress(OSError):
            os.waitpid(fork, 0)


def receive_order(sock):
    """The next message on the control socket, and the socket that came with it, or None."""
    first, fds, _, _ = socket.recv_fds(sock, wire.HEAD.size, 1)
    if not first:
        raise EOFError
    head = first + wire.reader(sock)(wire.HEAD.size - len(first))
    parts = iter([head])
    read = wire.reader(sock)
    return wire.received(lambda n: next(parts, None) or read(n)), fds[0] if fds else None
