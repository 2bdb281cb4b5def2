"""What a notebook switches for the whole program, put back in the copy of it that answers a test.

A right function may be lost by a setting of another cell, and a pool of threads by being copied: only the thread that
copies a process lives on in the copy, so who asks the pool waits for ever. It starts its threads anew.
"""

import contextlib
import decimal
import gc
import locale
import os
import sys
import warnings
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing.pool import Pool, ThreadPool

import numpy as np

FILTERS, PRINTS, DEPTH = list(warnings.filters), np.get_printoptions(), sys.getrecursionlimit()
SHOW, LOCALE = warnings.showwarning, locale.setlocale(locale.LC_ALL)


def put_back(threads):
    """Whatever a student's code has switched, in this process, which is a copy; `threads`: of one that had several."""
    np.seterr(divide="warn", over="warn", under="ignore", invalid="warn")
    np.seterrcall(None)
    np.set_printoptions(**PRINTS)
    warnings.filters[:] = FILTERS
    warnings._filters_mutated()
    warnings.showwarning = SHOW
    sys.setrecursionlimit(max(DEPTH, sys.getrecursionlimit()))
    sys.settrace(None)
    sys.setprofile(None)
    decimal.setcontext(decimal.DefaultContext.copy())
    if locale.setlocale(locale.LC_ALL) != LOCALE:
        locale.setlocale(locale.LC_ALL, LOCALE)
    try:
        os.getcwd()
    except OSError:  # the folder was deleted
        os.chdir(os.path.expanduser("~"))
    for pool in [thing for thing in gc.get_objects() if isinstance(thing, (Executor, Pool))] if threads else ():
        with contextlib.suppress(Exception):  # one that is of no use any more, or never was
            _make_anew(pool)


def _make_anew(pool):
    """A pool of threads or processes, made once more as it was made."""
    how = pool._initializer, pool._initargs
    if isinstance(pool, ThreadPoolExecutor):
        ThreadPoolExecutor.__init__(pool, pool._max_workers, pool._thread_name_prefix, *how)
    elif isinstance(pool, ProcessPoolExecutor):
        ProcessPoolExecutor.__init__(pool, pool._max_workers, pool._mp_context, *how)
    elif isinstance(pool, ThreadPool):
        ThreadPool.__init__(pool, pool._processes, *how)
    elif isinstance(pool, Pool):
        Pool.__init__(pool, pool._processes, *how, pool._maxtasksperchild, pool._ctx)
