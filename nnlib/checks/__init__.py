"""Checks for students: each says in words what is wrong with an answer, and never what the answer is."""

from nnlib.checks.arrays import check_close, check_gradient, check_parts, check_shape
from nnlib.checks.failed import CheckFailed, need
from nnlib.checks.lending import given, unchanged
from nnlib.checks.questions import ask
from nnlib.checks.stubs import quiet_stubs
from nnlib.checks.tasks import answer, for_points, overview, task, why

__all__ = [
    "CheckFailed",
    "answer",
    "ask",
    "check_close",
    "check_gradient",
    "check_parts",
    "check_shape",
    "for_points",
    "given",
    "need",
    "overview",
    "task",
    "unchanged",
    "why",
]

quiet_stubs()
