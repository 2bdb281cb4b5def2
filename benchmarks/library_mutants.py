"""Faults planted one at a time in nnlib, not in the tasks: `make mutants MODULES="losses plot"`, or in all of it.

The tests are imported once. For each fault a fork of that process gives the library what the changed file says
(planting.py), and runs the tests that call the function with the fault, quick ones first, until one fails. Processes
that a test starts import the library as it stands, and what runs once, on import, is not run again: a fault that only
they could notice survives.
"""

import gc
import itertools
import json
import os
import resource
import tempfile
import time

import planting
from faults import FOUND, ROOT, SURVIVED, difference, faulty, files

LIBRARY = ROOT / "nnlib"
TESTS = ["tests/nnlib", "--ignore=tests/nnlib/tasks", "--ignore=tests/nnlib/plot/test_in_a_browser.py"]
LOOKERS = "test_defaults", "test_import"  # do not call functions, but look at what there is
TASKS = "nnlib.tasks"  # declared mistakes: tests/nnlib/tasks tells them apart
LONGEST = 8  # seconds of tests for one fault; quick ones come first
MEMORY = 8 << 30  # bytes: an endless loop may fill a list


class Fault:
    """A fault: its module, the file as it stands, and a function that makes the changed text."""

    def __init__(self, module, path, text, make):
        self.module, self.path, self.text, self.make = module, path, text, make

    def called_by(self, tests):
        """The items of the tests that call a function with this fault, within LONGEST, the quickest first.

        Where it is in no function, but a default or a constant, those that look at such things come before them, and
        those named after the module.
        """
        wanted, all_of_them = planting.changed(self.path, self.text, self.make())
        look = {*LOOKERS, f"test_{self.module.rpartition('.')[2]}"} if all_of_them else ()
        lookers = [test for test in tests if test[1].path.stem in look]
        callers = [test for test in tests if test[2] & wanted and test[1].path.stem not in look]
        seconds = itertools.accumulate((cost for cost, *_ in lookers + callers), initial=0)
        return [item for (_, item, _), before in zip(lookers + callers, seconds) if before < LONGEST]

    def plant(self, alive):
        planting.plant(alive, self.module, self.path, self.text, self.make())


def faults_of(modules, part):
    """The faults in these modules and rooms of nnlib, or each `part`-th."""
    found = []
    for module, path in files([f"nnlib.{name}" for name in modules] or ["nnlib"]).items():
        if not module.startswith(TASKS):
            text = path.read_text(encoding="utf-8")
            found += [Fault(module, path, text, make) for make in faulty(text, sentences=True)]
    return found[::part]


class Tries:
    """A plugin of pytest: instead of running the tests once it runs for each fault those that could notice it."""

    def __init__(self, faults, workers, report):
        self.faults, self.workers, self.report = faults, workers, report
        self.folder, self.running, self.failed = tempfile.TemporaryDirectory(prefix="mutants-"), {}, False

    def pytest_runtest_logreport(self, report):
        self.failed |= report.failed

    def pytest_runtestloop(self, session):
        self.alive = planting.living(LIBRARY)
        gc.freeze()  # forks share what is there
        tests = self.measured(session.items)
        for number, fault in enumerate(self.faults):
            while len(self.running) >= self.workers:
                self.wait()
            self.running[self.fork(lambda fault=fault: self.tried(fault, tests))] = number
        while self.running:
            self.wait()
        self.folder.cleanup()
        return True

    def measured(self, items):
        """[(seconds of the processor, test, the functions that it calls)] of the tests that pass, quick ones first."""
        reader, writer = os.pipe()
        self.fork(lambda: self.measure(items, writer))
        os.close(writer)
        with open(reader, encoding="utf-8") as lines:
            seen = {i: (cost, items[i], set(map(tuple, calls))) for cost, i, calls in map(json.loads, lines)}
        os.wait()
        for i in set(range(len(items))) - set(seen):
            print(f"Left out, since it fails without any fault: {items[i].nodeid}")
        return sorted(seen.values(), key=lambda test: test[0])

    def measure(self, items, writer):
        with open(writer, "w", encoding="utf-8") as lines:
            for i, item in enumerate(items):
                start = time.process_time()
                with planting.Calls(LIBRARY) as calls:
                    passed = self.passes(item)
                if passed:
                    print(json.dumps([time.process_time() - start, i, list(calls.seen)]), file=lines)
        return True

    def tried(self, fault, tests):
        """Whether the tests that call the function with this fault pass in spite of it."""
        items = fault.called_by(tests)
        seconds = 10 + 5 * LONGEST  # of the processor: what takes longer hangs
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
        resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
        fault.plant(self.alive)
        return all(self.passes(item) for item in items)

    def passes(self, item):
        self.failed = False
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=None)
        return not self.failed

    def fork(self, work):
        """The process that works, silently, and exits with 0 if that gives true."""
        folder = tempfile.mkdtemp(dir=self.folder.name)
        child = os.fork()
        if child:
            return child
        try:
            os.environ["PYTEST_DEBUG_TEMPROOT"] = folder  # each its own, or they wait for each other
            nowhere = os.open(os.devnull, os.O_RDWR)
            for stream in (0, 1, 2):
                os.dup2(nowhere, stream)
            os._exit(not work())
        finally:
            os._exit(1)

    def wait(self):
        """Report the next fault that is done."""
        child, status = os.wait()
        self.report(self.running.pop(child), status == 0)


def run(modules, part, workers):
    """(module, status, the difference) of every fault, or of each `part`-th."""
    faults = faults_of(modules, part)
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        with open(writer, "w", encoding="utf-8", buffering=1) as lines:
            code = pytest_with(Tries(faults, workers, lambda *result: print(json.dumps(result), file=lines)))
        os._exit(code)
    os.close(writer)
    with open(reader, encoding="utf-8") as lines:
        for number, survived in map(json.loads, lines):
            fault = faults[number]
            change = difference(fault.text, fault.make()) if survived else ""
            yield fault.module, SURVIVED if survived else FOUND, change
    if os.waitpid(child, 0)[1]:
        raise SystemExit("The tests could not be run: see above.")


def pytest_with(plugin):
    import pytest

    os.chdir(ROOT)
    options = "-q", "--capture=no", "-p", "no:xdist", "-p", "no:cacheprovider", "--timeout=120"
    return pytest.main([*options, *TESTS], plugins=[plugin])
