"""The globals of a student's notebook as a test sees them."""

from nngrade.trusted.proxies import Callable, Class, Function, Handle, kind_of, number_of


class Scope:
    """The globals of the student's notebook, as far as `checks.given` needs them: to lend helpers, and to undo it."""

    def __init__(self, channel, names=(), others=(), classes=()):
        """`names` are those whose values the test wants; in place of these and `others`, helpers may be lent.

        `classes` are the names of classes in the instructor's answers.
        """
        self.channel, self.others, self.classes, self.lent = channel, {*names, *others}, classes, {}
        self.values = dict(zip(names, channel.request("get", *names))) if names else {}
        self.values = {name: self.named(name, found[0]) for name, found in self.values.items() if found}
        self.held = {}

    def named(self, name, value):
        """The value of a name; a function gets to know its name and its globals."""
        if type(value) is not Callable:
            return value
        args = self.channel, number_of(value), kind_of(value)
        kind = Class if name in self.classes else Function
        function = self.channel.handles[number_of(value)] = kind(*args, name, self)
        return function

    def __contains__(self, name):
        return name in self.lent or self.hold(name) is not None

    def __getitem__(self, name):
        if name in self.lent:
            return self.lent[name]
        value = self.values.get(name)
        return value if isinstance(value, Handle) else self.hold(name)

    def hold(self, name):
        """The student's value of a name, as a proxy that says nothing of it; None where the student has none."""
        if name not in self.held:
            asked = sorted({name, *self.others} - self.held.keys())
            self.held |= dict(zip(asked, self.channel.request("hold", *asked)))
        return self.held.get(name)

    def update(self, values):
        """Give names other values in the student's process: helpers of the test's, or what was there before.

        That goes with the next request, for most calls are lent helpers.
        """
        for name, value in values.items():
            self.channel.names[name] = (value,)
            self.lent.pop(name, None)
            if not isinstance(value, Handle):
                self.lent[name] = value
        self.channel.helpers = frozenset(self.lent)

    def pop(self, name, default=None):
        """Remove a name that was lent, where the student had none."""
        self.channel.callbacks.take_back(self.lent.pop(name, None))
        self.channel.names[name] = ()
        self.channel.helpers = frozenset(self.lent)
        return default
