"""What processes share where the system's shared memory is closed to students: it works, in files of their own."""

import os
import subprocess
import sys

SHARE = """
import _multiprocessing, _posixshmem, os, sys
from multiprocessing import get_context, shared_memory

def closed(*what, **more):
    raise PermissionError(13, "no")

_multiprocessing.SemLock = _posixshmem.shm_open = _posixshmem.shm_unlink = closed
closed.SEM_VALUE_MAX = 2**31 - 1
from nngrade.student import sharing
sharing.make_do()
assert sharing.Arena._dir_candidates == []
mp = get_context("fork")
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


def test_values_arrays_and_memory_are_shared(tmp_path):
    done = subprocess.run([sys.executable, "-c", SHARE], env=os.environ | {"TMPDIR": str(tmp_path)},
                          capture_output=True, text=True, timeout=60)  # fmt: skip
    assert done.stdout == "shared\n", done.stderr
