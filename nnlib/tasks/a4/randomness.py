"""Whether a function has drawn from the generator that it was given."""

UNUSED = "rng.unused"


def moved_on(seen):
    """Whether the generator, the last argument, stands elsewhere than before the call."""
    return seen.left[-1].bit_generator.state != seen.arguments[-1].bit_generator.state
