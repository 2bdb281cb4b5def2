"""Sandboxes for students' code: started in milliseconds from a warm process, with nothing left behind.

    with choose()(readable=[data]) as sandbox:       # one for each worker
        with sandbox.start("nngrade.student.child:main") as child:
            child.sock.sendall(...)                  # the only way in or out

A warm process (zygote.py) inside the sandbox imports NumPy and the like once. For each submission it
forks a warden (warden.py), which watches the limits from outside, and the warden forks the student's
process, which enters a cage (cages.py) before it runs anything: namespaces under bubblewrap,
Landlock with seccomp where there are none, a container with seccomp where there is neither.
"""

from nngrade.sandbox.container import Container
from nngrade.sandbox.host import PRELOAD, Sandbox
from nngrade.sandbox.kinds import SAFE, Bubblewrap, Landlock, Unsafe, choose, problem, report
from nngrade.sandbox.running import Child, Exit, Limits

__all__ = ["PRELOAD", "SAFE", "Bubblewrap", "Child", "Container", "Exit", "Landlock", "Limits", "Sandbox", "Unsafe",
           "choose", "problem", "report"]
