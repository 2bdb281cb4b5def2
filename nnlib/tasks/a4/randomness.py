"""Whether a function has drawn from the generator that it was given."""

UNUSED = "rng.unused"


def moved_on(seen):
    """Whether the generator, the last argument, stands elsewhere than before the call, or has other children."""
    before, after = (_stands(arguments[-1].bit_generator) for arguments in (seen.arguments, seen.left))
    return before != after


def _stands(bits):
    return bits.state, getattr(bits.seed_seq, "n_children_spawned", 0)
