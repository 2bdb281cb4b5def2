"""Grading for whole classes: a trusted checker, a sandbox, a queue, the gradebook, exports. For instructors."""

import gc
import os
import sys

# What is imported stays: to look through it for garbage again and again takes 6 % of every start.
gc.set_threshold(20_000)  # new objects between two collections; Python's own is 700

# Behind the validation of notebooks, jsonschema takes this grammar of internet addresses where it is installed. It
# costs more than half of every start, for formats that no notebook has; without it jsonschema goes on as well.
sys.modules.setdefault("rfc3987_syntax", None)

# What we write is open to whom we run for, whatever mask a shell, a Jupyter server or a worker of Dask was started
# with; in between, for the other threads of such a server, it is closed to others.
os.umask(os.umask(0o077) & 0o077)
