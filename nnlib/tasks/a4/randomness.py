"""Whether a function has drawn from the generator that it was given, and used what it drew."""

from itertools import combinations

from nnlib.diagnosis.comparing import same

UNUSED, IGNORED = "rng.unused", "rng.ignored"


def moved_on(seen):
    """Whether the generator, the last argument, stands elsewhere than before the call, or has other children."""
    before, after = (_stands(arguments[-1].bit_generator) for arguments in (seen.arguments, seen.left))
    return before != after


def follows(calls):
    """Whether calls that differ in nothing but the generator, the last argument, gave different results."""
    twins = [(a, b) for a, b in combinations(calls, 2) if same(a.arguments[:-1], b.arguments[:-1], 0)]
    return not any(same(a.result, b.result, 0) for a, b in twins)


def _stands(bits):
    return bits.state, getattr(bits.seed_seq, "n_children_spawned", 0)
