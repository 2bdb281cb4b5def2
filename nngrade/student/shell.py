"""IPython without a kernel: runs cells and hands what they show to a recorder.

Making it takes longer than a whole submission should. So it is made once, in the warm process, before there is any
submission; a submission's process only moves it to its own folders.
"""

import linecache
import os
import re
import sys
from functools import cache
from pathlib import Path

from IPython.core.compilerop import CachingCompiler
from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from IPython.core.profiledir import ProfileDir
from traitlets.config import Config

from nngrade.student import figures
from nngrade.student.recorder import Recorder, message

INLINE = "module://matplotlib_inline.backend_inline"
DEFINITIONS = re.compile(r"(?=\S)(?:(?:def |[ \t)#]).*\n|\n)+")  # cells in which only functions begin at the margin
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

    def define(self, source):
        """Run a cell that only defines functions, which IPython takes ten times as long for; False if it is another.

        Most cells of a submission are so, and every page of memory that one writes to is copied for the next test.
        """
        if not DEFINITIONS.fullmatch(source + "\n") or self.around() != self.as_made:
            return False
        try:
            code = self.compile(source + "\n", self.compile.cache(source, self.execution_count), "exec")
        except Exception:
            return False  # IPython says what is wrong
        self.history_manager.store_inputs(self.execution_count, source)
        self.execution_count += 1
        try:
            exec(code, self.user_ns)
        except BaseException:
            self.showtraceback()
        return True

    def around(self):
        """All that acts on a cell or is told of it, as a notebook can change it: for `%autoreload`, say."""
        callbacks = [function for each in self.events.callbacks.values() for function in each]
        transformers = self.ast_transformers, self.input_transformers_cleanup, self.input_transformers_post
        return [*callbacks, *(each for some in transformers for each in some), vars(self).get("run_cell")]

    def _showtraceback(self, etype, evalue, stb):
        recorder.error(evalue)

    def showtraceback(self, exc_tuple=None, *args, **kwargs):
        recorder.error(exc_tuple[1] if exc_tuple else sys.exc_info()[1])

    def showsyntaxerror(self, *args, **kwargs):
        recorder.error(sys.exc_info()[1])

    showindentationerror = showsyntaxerror

    def _format_exception_for_storage(self, exception, *args, **kwargs):
        """For IPython's history: to make more of it keeps the traceback, and with it all that the frames hold."""
        return {"ename": type(exception).__name__, "evalue": message(exception), "traceback": []}

    def ask_exit(self):
        recorder.write("stderr", "exit() does nothing in a submission.\n")

    def enable_gui(self, gui=None):
        pass


@cache
def make_shell():
    """The shell of this process: it keeps no history and shows figures as PNG."""
    config = Config()
    config.HistoryManager.enabled = False
    config.HistoryManager.hist_file = ":memory:"
    shell = Shell.instance(config=config, banner1="", ipython_dir=_folder())
    shell.builtin_trap.__enter__()  # for good: else each cell changes what Python has learned of its builtins
    os.environ["MPLBACKEND"] = INLINE
    if "matplotlib.pyplot" in sys.modules:
        from IPython.core.pylabtools import activate_matplotlib
        from matplotlib_inline.backend_inline import configure_inline_support

        figures.without_windows(sys.modules["matplotlib.pyplot"], INLINE)
        activate_matplotlib(INLINE)  # figures show at the end of the cell, as in a notebook
        configure_inline_support(shell, INLINE)
    shell.as_made = shell.around()
    return shell


def warm_up():
    """In the warm process: make the shell, and have everything ready for its first cell and figure."""
    shell = make_shell()
    with recorder.recording("", 0):
        shell.run_cell("None", silent=True)
    figures.warm_up()
    recorder.cells.clear()
    linecache.clearcache()


def moved_in():
    """The shell, with its files in the home that this process has now."""
    shell = make_shell()
    shell.ipython_dir = _folder()
    shell.profile_dir = ProfileDir.create_profile_dir_by_name(shell.ipython_dir, "default")
    shell.home_dir, shell.starting_dir = str(Path.home()), os.getcwd()
    shell.user_ns["_dh"][:] = [Path.cwd()]
    sys.path.append("")  # as in a notebook, for what %%writefile has written; last, so that it hides nothing
    return shell


def _folder():
    folder = Path.home() / ".ipython"
    # Where this is missing IPython copies a file into it, with chmod, which no student's process may use.
    (folder / "profile_default" / "startup").mkdir(parents=True, exist_ok=True)
    return str(folder)
