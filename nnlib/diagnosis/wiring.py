"""Which function of an earlier task is given something else than what belongs there.

A task lends correct functions and notes what they are given; its `wiring` says what that is for who is right. An
argument is known by its value: "relu_backward gets a1, where z1 belongs." The first call that is wrong speaks, in the
order of the steps, since what follows from it is wrong as well.
"""

from nnlib.diagnosis.comparing import rounding, same
from nnlib.diagnosis.task import Mistake

AGREE = 1e-9  # the relative error between a quantity and an argument that is said to be it


def explained(task, seen, finished):
    """What is wrong with the calls of helpers, as (Mistake,); () where nothing is certain.

    `finished`: whether the function returned; only then can all calls be right, and what follows be wrong.
    """
    ordinary = [one for one in seen if not one.probe.extreme]
    known = [task.quantities(one.probe) for one in ordinary]
    calls = {helper: _calls(helper, ordinary, len(lines)) for helper, lines in task.wiring.items()}
    in_order = _in_order(task)
    complete = len(in_order) > 1  # to say that one call is right says little
    for helper, expected in in_order:
        others = [line.split() for line in task.wiring[helper] if line.split() != expected]
        found = [call for call in calls[helper] if all(_wrong(call, line, known) for line in others)]
        if not found:
            complete = False
        elif wrong := min((_wrong(call, expected, known) for call in found), key=len):
            call = next(call for call in found if _wrong(call, expected, known) == wrong)
            told = _told(task, helper, expected, call, wrong, known)
            of_parts = all(expected[i] in task.parts for i in wrong)  # the parts are told apart already
            return () if vague(told) and of_parts else (told,)
    return (AFTER,) if complete and finished else ()


def vague(told):
    """Whether a Mistake of a call says only that something there is wrong."""
    return told is AFTER or SOMETHING in told.effect


SOMETHING = "something else"
AFTER = Mistake(
    "wiring.after", "All functions of earlier tasks get what belongs there: what is made of their results is wrong.", {}
)


def _calls(helper, seen, most):
    """What each call was given, as a list over the probes; [] if their number varies, or is too large."""
    found = [[arguments for name, arguments in one.calls if name == helper] for one in seen]
    whole = {len(calls) for calls, one in zip(found, seen) if one.error is None}  # the others ended before all calls
    number = min(map(len, found))
    fits = len(whole) < 2 and max([number, *whole]) <= most
    return [[calls[i] for calls in found] for i in range(number)] if fits else []


def _in_order(task):
    """(helper, names of what it is given) of all calls that are expected, in the order in which they can be made."""
    order = [*task.arguments, *task.steps]
    lines = [(helper, line.split()) for helper, lines in task.wiring.items() for line in lines]
    return sorted(lines, key=lambda call: max(order.index(name.split("|")[0]) for name in call[1]))


def _wrong(call, expected, known):
    """The positions of arguments that are not what belongs there, on some probe. `expected`: "z1|a1" is either."""
    return [i for i, names in enumerate(expected) if not any(_is(call, i, name, known) for name in names.split("|"))]


def _is(call, i, name, known):
    """Whether an argument is this quantity on all probes."""
    return all(
        i < len(arguments) and same(arguments[i], values[name], rounding(AGREE, arguments[i]))
        for arguments, values in zip(call, known)
    )


def _told(task, helper, expected, call, wrong, known):
    """The Mistake of a call with these arguments wrong."""
    names = dict.fromkeys(name for lines in task.wiring.values() for name in " ".join(lines).replace("|", " ").split())
    said = []
    for i in wrong:
        held = [name for name in (*task.arguments, *names, *task.parts) if _is(call, i, name, known)]
        said.append(f"{held[0] if len(set(held)) == 1 else SOMETHING} where {expected[i].split('|')[0]} belongs")
    place = task.helpers[helper].arguments[wrong[0]]
    return Mistake(f"wiring.{helper}.{place}", f"{helper} gets {', and '.join(said)}.", {})
