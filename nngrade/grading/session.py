"""The worker's end of the student's process (student/child.py): runs cells, survives crashes, has it fork for tests."""

import contextlib
import socket
import time
from dataclasses import replace

from nngrade.boundary import wire
from nngrade.errors import CourseError
from nngrade.grading.orders import GRACE, Orders
from nngrade.notebook.outputs import readable

CHILD = "nngrade.student.child:main"
REASONS = {
    "memory": "it used more memory than there is",
    "cpu": "it used more time than there is",
    "scratch": "it wrote more into files than there is room for",
    "processes": "it started more processes and threads than it may",
}
OWN_ENDS = {"ok": "by itself, as exit() does", "failed": "by itself, as exit(1) does", "signal": "it crashed"}
LEAST = 5  # seconds for a cell, after many have been stopped
MOST_PARSED = 100_000  # characters of a student's cells that are looked through for names
MOST_SOURCE = 2_000_000  # characters of a cell; as many fit into a message, however they are written there


class Session:
    """A submission in its sandbox. A cell that ends its process, can't be stopped, or leaves a process that can't go
    on, is left out; the rest runs again.

    Where a test stands, the process makes a copy of itself, which waits. Tests talk to their copies only when all
    cells have run: what a test asks can't be seen in any output, nor change what a later cell does.
    """

    def __init__(self, sandbox, limits, tests=0, cells=0):
        """So many `tests` will ask it; `cells` are those of the release, that call what may be faulty."""
        self.sandbox, self.limits = sandbox, limits
        self.most_restarts = limits.restarts + cells + 2 * tests  # one faulty function may end them all
        self.room = replace(sandbox.limits, processes=sandbox.limits.processes + tests)  # a copy for each test
        self.end = time.monotonic() + limits.total_seconds
        self.done, self.sources = [], {}  # what was done, to do it again after a crash; {name of a cell: source}
        self.left_out = {}  # {name of a cell: what its outputs say}: of those that only showed later what they had done
        self.copies = {}  # {test: the line to the copy of the process that waits for it}
        self.child, self.orders, self.restarts, self.why_not = None, None, 0, ""
        self.cpu_seconds = 0.0  # of the processes that have ended
        self.cell_seconds = limits.cell_seconds  # halved by each cell that was stopped: one fault may do it to many
        self.ended_by = ""  # the limit that the last of them was over, in words

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def left(self):
        """The seconds that this submission still has."""
        return self.end - time.monotonic()

    def test_seconds(self):
        """The seconds that the next test may take."""
        return max(1.0, min(self.limits.test_seconds, self.left()))

    def extra_seconds(self):
        """Those that it may take when a call has used these up: one mistake does not cost another question."""
        return max(0.0, min(self.limits.test_seconds, self.left() - self.test_seconds()))

    def source_line(self, name, number):
        """A line of the student's code."""
        lines = self.sources.get(name, "").split("\n")
        return readable(lines[number - 1].strip()[:200]) if 0 < number <= len(lines) else ""

    def needed(self, sources, names):
        """Those of these names that cells may take from others, as the student's process says; None if it does not."""
        if sum(map(len, sources)) > MOST_PARSED or not self.ready():
            return None
        try:
            self.orders.say("needed", sources, sorted(names), seconds=self.left())
            found = self.orders.hear(min(self.cell_seconds, self.left()))
            return None if found is None else names & set(_list(found))
        except (TimeoutError, TypeError, OSError, EOFError, wire.Malformed):
            self.restart()
            return None

    def run(self, name, source):
        """Run a cell; returns its outputs, which say so if it was left out."""
        self.sources[name] = source
        if len(source) > MOST_SOURCE:
            return [_note(f"This cell is longer than {MOST_SOURCE:,} characters. It was left out.")]
        if not self.ready():
            return [_note(self.why_not)]
        while True:
            outputs, problem = self.attempt(name, source)
            if not problem:
                self.done.append((self.attempt, name, source))
                return outputs
            before = len(self.done)
            self.restart()
            if not self.ready() or len(self.done) == before:  # else it was an earlier one, which is left out now
                return [*outputs, _note(problem)]

    def attempt(self, name, source):
        """(outputs, what was wrong): the latter is empty if the process can go on."""
        seconds = min(self.cell_seconds, self.left())
        try:
            self.orders.say("run", name, source, self.limits.output_bytes, seconds=self.left())
            answer = self.orders.hear(seconds)
        except TimeoutError:
            self.child.interrupt()
            self.cell_seconds = max(min(LEAST, self.cell_seconds), self.cell_seconds / 2)
            try:
                answer = self.orders.hear()
            except (TimeoutError, OSError, EOFError, wire.Malformed):
                return (
                    [],
                    f"This cell did not finish within {seconds:.0f} s, and could not be stopped. It was left out.",
                )
            answer = [*_list(answer), _note(f"This cell was stopped after {seconds:.0f} s.")]
        except (OSError, EOFError, wire.Malformed):
            return [], f"This cell ended the whole program ({self.reason()}). It was left out."
        return _list(answer), ""

    def ready(self):
        """Have a process in which all cells so far have run; False if that can't be had, and `why_not` says why."""
        while self.child is None:
            if self.left() <= 0:
                self.why_not = f"The submission used up its time of {self.limits.total_seconds:.0f} s before this cell."
                return False
            if self.restarts > self.most_restarts:
                self.why_not = "Too many cells ended the whole program; this one was not run."
                return False
            self.child = self.sandbox.start(CHILD, self.room)
            self.orders = Orders(self.child.sock)
            for step in list(self.done):
                if not self.again(*step):
                    self.done.remove(step)
                    self.restart()
                    break
        if self.left() <= 0:
            self.why_not = f"The submission used up its time of {self.limits.total_seconds:.0f} s before this cell."
        return self.left() > 0

    def again(self, do, name, *rest):
        """Do again what was done before a crash; whether it works, and leaves a process that can go on."""
        problem = do(name, *rest)[1]
        if not problem and do == self.attempt and not self.healthy():
            problem = "After this cell the program could not go on. It was left out."
        if problem:
            self.left_out[name] = [_note(problem)]
        return not problem

    def healthy(self):
        """Whether the process can run a cell and copy itself."""
        if self.attempt("", "None")[1] or self.copy("")[1]:
            return False
        try:
            made = self.orders.hear()
            self.copies.pop("").close()
            self.orders.say("end", "")
            return type(self.orders.hear()) is bool and made is True
        except (OSError, EOFError, wire.Malformed):
            return False

    def mark(self, test):
        """Have a copy of the process, as it is now, wait for a test."""
        if self.ready() and self.copy(test)[1]:
            self.restart()
        self.done.append((self.copy, test))

    def copy(self, test):
        """Make a copy that waits for a test; (None, what was wrong)."""
        mine, theirs = socket.socketpair()
        try:
            with theirs:
                # Nobody waits for the answer.
                self.orders.say("serve", test, seconds=self.left(), fds=[theirs.fileno()])
        except (OSError, EOFError, wire.Malformed):
            mine.close()
            return None, "The program did not answer any more when this test was to begin."
        self.copies[test] = mine
        return None, ""

    @contextlib.contextmanager
    def line_to(self, test):
        """The line to the copy that waits for a test, or None."""
        channel = self.copies.pop(test) if self.ready() and test in self.copies else None
        self.why_not = "" if channel else self.why_not or "The program did not answer any more."
        try:
            yield channel
        finally:
            if channel:
                channel.close()  # the copy sees it and ends

    def forget(self, test):
        """This test is over: what is done again after a crash needs no copy for it."""
        self.done = [step for step in self.done if step != (self.copy, test)]

    def dismiss(self, test):
        """End a copy that did not answer; whether there were threads that it had to do without.

        A process that does not do so in an orderly way is not used any more.
        """
        if self.child is not None:
            try:
                self.orders.say("end", test, seconds=self.left())
                return self.orders.hear() is True
            except (OSError, EOFError, wire.Malformed):
                self.restart()
        return False

    def reason(self):
        """Why the process is of no use any more, in a few words; CourseError where no student's code ended it."""
        try:
            why = self.child.wait(GRACE).reason
        except TimeoutError:
            return "its answer was not an answer"
        if why == "killed":  # and the warm process with it, most of all where the memory of this machine ran out
            raise CourseError("something on this machine killed its sandbox")
        return (REASONS | OWN_ENDS).get(why, why)

    def restart(self):
        """Give up this process; the next one is brought to the same point when it is needed."""
        self.restarts += self.child is not None
        self.stop()

    def stop(self):
        """End the process and its copies, and count the time that they took."""
        for channel in self.copies.values():
            channel.close()
        self.copies.clear()
        if self.child is not None:
            self.child.kill()
            ended = self.child.wait()
            self.cpu_seconds += ended.cpu_seconds
            self.ended_by = REASONS.get(ended.reason, "")
            self.child.sock.close()
            self.child = None


def _list(value):
    return value if type(value) is list else []


def _note(text):
    return {"output_type": "error", "ename": "NotRun", "evalue": text, "traceback": [text]}
