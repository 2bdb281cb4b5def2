"""What processes share where the system's shared memory is closed to students: it works, in files of their own."""

import os
import subprocess
import sys

CLOSED = """
import _multiprocessing, _posixshmem, os, socket
from multiprocessing import get_context, shared_memory

def closed(*what, **more):
    raise PermissionError(13, "no")

_multiprocessing.SemLock = _posixshmem.shm_open = _posixshmem.shm_unlink = closed
real = socket.socket
socket.socket = lambda *what: real(*what) if len(what) == 4 else closed()  # one end of a pair is there already
closed.SEM_VALUE_MAX = 2**31 - 1
from nngrade.student import sharing
sharing.make_do()
assert sharing.Arena._dir_candidates == []
mp = get_context("fork")
"""
SHARE = """
value, array = mp.Value("d", 1.0), mp.Array("i", 3)

def work():
    with value.get_lock():
        value.value += 1.5
    array[1] = 7

process = mp.Process(target=work)
process.start(); process.join()
assert (process.exitcode, value.value, array[:]) == (0, 2.5, [0, 7, 0])
memory = shared_memory.SharedMemory("mine", create=True, size=8)
memory.buf[0] = 5
assert os.path.isfile(os.environ["TMPDIR"] + "/mine")
again = shared_memory.SharedMemory("mine")
assert again.buf[0] == 5
again.close(); memory.close(); memory.unlink()
assert not os.path.exists(os.environ["TMPDIR"] + "/mine")
print("shared")
"""

QUEUES = """
queue, (near, far) = mp.Queue(), mp.Pipe()

def work():
    queue.put(5)
    far.send("six")

process = mp.Process(target=work)
process.start(); process.join()
print(queue.get(), near.recv())
try:
    mp.Manager()
except OSError as error:
    print(error)
"""

LOCKS = """
lock = mp.RLock()

def take():
    os._exit(lock.acquire(timeout=0.05))

def free():
    process = mp.Process(target=take)
    process.start(); process.join()
    return bool(process.exitcode)

lock.acquire(); lock.acquire()
assert not free()
lock.release()
assert not free()
lock.release()
print(free())
"""

COUNTS = """
import threading
gate, event, changed, queue = mp.Semaphore(2), mp.Event(), mp.Condition(), mp.Queue(3)
assert [gate.get_value() for _ in range(2)] == [2, 2]
assert [gate.acquire(block=False) for _ in range(3)] == [True, True, False]
assert gate.get_value() == 0 and not gate.acquire(timeout=-1)
gate.release()
assert gate.get_value() == 1

def work():
    with changed:
        queue.put(event.is_set())
        assert changed.wait(60)
    event.set()
    queue.put(event.is_set())

process = mp.Process(target=work)
process.start()
assert queue.get() is False
with changed:
    changed.notify()
assert event.wait(60) and queue.get() is True
process.join()
assert (process.exitcode, queue.qsize()) == (0, 0)

one = mp.Queue(1)
one.put(1)
assert one.full() and one.get() == 1 and not one.full()

held, mine = mp.RLock(), []
held.acquire()
def use():
    mine.append(held.acquire(block=False))
    try:
        held.release()
    except AssertionError as error:
        mine.append(str(error))
free = mp.Lock()
try:
    free.release()
except ValueError as error:
    assert str(error) == "semaphore or lock released too many times" and free.acquire(block=False)
else:
    raise AssertionError("a lock that nobody held was released")
other = threading.Thread(target=use)
other.start(); other.join()
process = mp.Process(target=lambda: os._exit(held.acquire(block=False)))
process.start(); process.join()
print(mine, process.exitcode)
"""
FILES = """
before = len(os.listdir("/proc/self/fd"))
for _ in range(50):
    mp.Lock()
print(len(os.listdir("/proc/self/fd")) - before)
"""


def said(source, folder):
    done = subprocess.run([sys.executable, "-c", CLOSED + source], env=os.environ | {"TMPDIR": str(folder)},
                          capture_output=True, text=True, timeout=60)  # fmt: skip
    assert not done.stderr
    return done.stdout


def test_values_arrays_and_memory_are_shared(tmp_path):
    assert said(SHARE, tmp_path) == "shared\n"


def test_what_a_manager_lacks_is_said_in_words_and_what_is_named_in_its_place_works(tmp_path):
    assert said(QUEUES, tmp_path).startswith("5 six\nmultiprocessing.Manager needs a socket")


def test_who_has_a_lock_twice_gives_it_back_twice(tmp_path):
    assert said(LOCKS, tmp_path) == "True\n"


def test_semaphores_events_and_conditions_count_as_those_of_the_system(tmp_path):
    assert said(COUNTS, tmp_path) == "[False, 'attempt to release recursive lock not owned by thread'] 0\n"


def test_locks_that_nobody_has_any_more_keep_no_file_open(tmp_path):
    assert said(FILES, tmp_path) == "0\n"
