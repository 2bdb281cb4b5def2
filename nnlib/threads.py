"""How many threads share a matrix product: one, because at the sizes of the course more are never quicker.

NumPy asks its BLAS for one thread per core. They wait for each other at the end of every product, and where
other programs are at work, each waits for its turn on a core: an epoch then takes many times as long.
"""

import os

CHOSEN_BY = (  # environment variables by which a user, or who set up the machine, says how many
    *("OPENBLAS_NUM_THREADS", "OPENBLAS_DEFAULT_NUM_THREADS", "GOTO_NUM_THREADS", "OMP_NUM_THREADS"),
    *("MKL_NUM_THREADS", "BLIS_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"),
)


def limit_threads():
    """Let NumPy's matrix products run in one thread each, unless the environment says how many.

    `import nnlib` calls it; whoever wants more for large networks sets OPENBLAS_NUM_THREADS before Python starts,
    or calls threadpoolctl.threadpool_limits(8) afterwards. Without threadpoolctl, as in a browser, it does nothing.
    """
    if any(name in os.environ for name in CHOSEN_BY):
        return
    try:
        from threadpoolctl import threadpool_limits
    except ImportError:
        return
    threadpool_limits(1, user_api="blas")
