"""What stands for the student's names while a test runs: every use of one asks the student's process.

Nothing that comes back is believed further than that it is plain data. An object of the student's is a Handle:
it can be called, iterated, indexed, calculated with and asked for attributes; it is never compared.
"""

from numpy import ndarray

from nngrade.wire import BINARY, OPERATORS


class Handle:
    """An object in the student's process."""

    __slots__ = ("_channel", "_kind", "_number")
    __array_ufunc__ = None  # NumPy leaves `array * handle` to the handle

    def __init__(self, channel, number, kind):
        for name, value in zip(("_channel", "_number", "_kind"), (channel, number, kind)):
            object.__setattr__(self, name, value)

    def __getattr__(self, name):
        if name.startswith("__"):  # no protocol of Python's or NumPy's may be answered by the student
            raise AttributeError(f"{name} is not asked of an object of the submission")
        value = _ask(self, "getattr", name)
        if isinstance(value, ndarray):  # a copy: to write into it would change nothing over there
            value.flags.writeable = False
        return value

    def __setattr__(self, name, value):
        _ask(self, "setattr", name, value)

    def __iter__(self):
        iterator = _ask(self, "iter")
        while item := _channel(self).request("next", iterator):
            yield item[0]

    def __next__(self):
        item = _ask(self, "next")
        if not item:  # a StopIteration would end the test's own loops: `all(map(check, cases))` would hold
            raise RuntimeError("there is no next item")
        return item[0]

    def __len__(self):
        length = _ask(self, "len")
        if type(length) is not int or not 0 <= length < 2**31:
            raise TypeError("the length should be a whole number")
        return length

    def __bool__(self):
        return _ask(self, "bool") is True

    def __float__(self):
        return float(_ask(self, "float"))

    def __int__(self):
        return int(_ask(self, "int"))

    def __instancecheck__(self, value):
        return isinstance(value, Handle) and _channel(self).request("isinstance", value, self) is True

    def __repr__(self):
        return f"<{object.__getattribute__(self, '_kind')[:40]} object>"

    def __eq__(self, other):
        raise TypeError(f"{self!r} is an object, expected plain values")

    __ne__ = __lt__ = __le__ = __gt__ = __ge__ = __eq__
    __hash__ = object.__hash__


class Callable(Handle):
    """A function, method or class of the student's."""

    __slots__ = ()

    def __call__(self, *args, **kwargs):
        return _ask(self, "call", *args, **kwargs)


class Function(Callable):
    """A function that the student's notebook defines: it has a name, and its globals can be lent helpers."""

    __slots__ = ("__globals__", "__name__")

    def __init__(self, channel, number, kind, name, scope):
        super().__init__(channel, number, kind)
        object.__setattr__(self, "__name__", name)
        object.__setattr__(self, "__globals__", scope)

    def __call__(self, *args, **kwargs):
        channel = _channel(self)
        outer, channel.asked = channel.asked, f"`{self.__name__}`"
        try:
            return super().__call__(*args, **kwargs)
        finally:
            channel.asked = outer


def _operation(name):
    return lambda self, *others: _ask(self, name, *others)


def _calculation(name, reverse=False):
    def calculate(self, other):
        """`answer - expected` tells the object what is expected: it must not be the one to say that nothing is left."""
        result = _channel(self).request("rop", name, self, other) if reverse else _ask(self, name, other)
        if isinstance(result, Handle) or isinstance(other, Handle):
            return result
        raise TypeError(f"{self!r} is an object; calculating with it and a plain value should give an object, too")

    return calculate


for _name in OPERATORS:
    setattr(Handle, f"__{_name.strip('_')}__", _calculation(_name) if _name in BINARY else _operation(_name))
for _name in BINARY:
    setattr(Handle, f"__r{_name.strip('_')}__", _calculation(_name, True))


def _channel(handle):
    return object.__getattribute__(handle, "_channel")


def number_of(handle):
    return object.__getattribute__(handle, "_number")


def _ask(handle, op, *args, **kwargs):
    return _channel(handle).request(op, handle, *args, **kwargs)


class Scope:
    """The globals of the student's notebook, as far as `checks.given` needs them: to lend helpers, and to undo it."""

    def __init__(self, channel, names=(), others=()):
        """`names` are those whose values the test wants; in place of these and `others`, helpers may be lent."""
        self.channel, self.others, self.lent = channel, {*names, *others}, {}
        self.values = dict(zip(names, channel.request("get", *names))) if names else {}
        self.values = {name: self.named(name, found[0]) for name, found in self.values.items() if found}
        self.held = {}

    def named(self, name, value):
        """The value of a name; a function gets to know its name and its globals."""
        if type(value) is not Callable:
            return value
        args = self.channel, number_of(value), object.__getattribute__(value, "_kind")
        function = self.channel.handles[number_of(value)] = Function(*args, name, self)
        return function

    def __contains__(self, name):
        return name in self.lent or self.hold(name) is not None

    def __getitem__(self, name):
        if name in self.lent:
            return self.lent[name]
        value = self.values.get(name)
        return value if isinstance(value, Handle) else self.hold(name)

    def hold(self, name):
        if name not in self.held:
            asked = sorted({name, *self.others} - self.held.keys())
            self.held |= dict(zip(asked, self.channel.request("hold", *asked)))
        return self.held.get(name)

    def update(self, values):
        self.channel.request("bind", dict(values))
        for name, value in values.items():
            self.lent.pop(name, None)
            if not isinstance(value, Handle):
                self.lent[name] = value

    def pop(self, name, default=None):
        self.lent.pop(name, None)
        self.channel.unbind.append(name)
        return default
