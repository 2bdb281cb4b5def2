"""What stands for the student's names while a test runs: every use of one asks the student's process.

Nothing that comes back is believed further than that it is plain data. An object of the student's is a Handle:
it can be called, iterated and asked for attributes; it is never compared, and an object that the test did not ask
for is not told what could be expected of it: `answer - expected`, `expected in answer`, `answer[labels]`. A test asks
for objects by calling a class that the instructor's answer defines too; these, and what comes of them, can do what
the classes there can.
"""

from numpy import asarray, ndarray

from nngrade.boundary.wire import BINARY, UNARY


class Handle:
    """An object in the student's process."""

    __slots__ = ("_asked_for", "_channel", "_counts", "_kind", "_number")
    __array_ufunc__ = None  # NumPy leaves `array * handle` to the handle

    def __init__(self, channel, number, kind):
        for name, value in zip(Handle.__slots__, (False, channel, {}, kind, number)):
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
        iterator, count = _ask(self, "iter"), 0
        while item := _channel(self).next(iterator):
            count += 1
            yield item[0]
        _note(self, "gave", count)

    def __next__(self):
        item = _channel(self).next(self)
        if not item:  # a StopIteration would end the test's own loops: `all(map(check, cases))` would hold
            raise RuntimeError("there is no next item")
        return item[0]

    def __getitem__(self, key):
        if _can(self, "getitem"):
            return _ask(self, "getitem", key)
        if isinstance(key, (int, slice)):
            return list(self)[key]
        return {own: _ask(self, "getitem", own) for own in self}[key]

    def __contains__(self, value):
        return _ask(self, "contains", value) is True if _can(self, "contains") else value in list(self)

    def __array_function__(self, function, types, args, kwargs):
        """NumPy's functions get its values. Many would ask an object for the result: `np.mean` calls its `mean`."""
        return function(*_values(args), **_values(kwargs))

    def __len__(self):
        length = _ask(self, "len")
        if type(length) is not int or not 0 <= length < 2**31:
            raise TypeError("the length should be a whole number")
        _note(self, "said", length)
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
        return f"<{kind_of(self)[:40]} object>"

    def __eq__(self, other):
        raise TypeError(f"{self!r} is an object, expected plain values")

    __ne__ = __lt__ = __le__ = __gt__ = __ge__ = __eq__
    __hash__ = object.__hash__


class Callable(Handle):
    """A function, method or class of the student's."""

    __slots__ = ()

    def __call__(self, /, *args, **kwargs):
        return _ask(self, "call", *args, **kwargs)


class Function(Callable):
    """A function that the student's notebook defines: it has a name, and its globals can be lent helpers."""

    __slots__ = ("__globals__", "__name__")

    def __init__(self, channel, number, kind, name, scope):
        super().__init__(channel, number, kind)
        object.__setattr__(self, "__name__", name)
        object.__setattr__(self, "__globals__", scope)

    def __call__(self, /, *args, **kwargs):
        connection = _channel(self).connection
        outer, connection.asked = connection.asked, f"`{self.__name__}`"
        try:
            return super().__call__(*args, **kwargs)
        finally:
            connection.asked = outer


class Class(Function):
    """A class of the student's where the instructor's answer has one, too: what it makes is meant to be an object."""

    __slots__ = ()

    def __init__(self, channel, number, kind, name, scope):
        super().__init__(channel, number, kind, name, scope)
        ask_for(self)


def _operation(name):
    return lambda self, *others: _ask(self, name, *others)


def _calculation(name, reverse=False):
    def calculate(self, other):
        """`answer - expected` tells the object what is expected: it must not be the one to say that nothing is left."""
        if not isinstance(other, Handle) and not _can(self, "r" * reverse + name):
            raise TypeError(f"{self!r} is an object, expected plain values")
        result = _channel(self).request("rop", name, self, other) if reverse else _ask(self, name, other)
        if isinstance(result, Handle) or isinstance(other, Handle):
            return result
        raise TypeError(f"{self!r} is an object; calculating with it and a plain value should give an object, too")

    return calculate


for _name in (*UNARY, "setitem", "delitem"):
    setattr(Handle, f"__{_name}__", _operation(_name))
for _name in BINARY:
    setattr(Handle, f"__{_name.strip('_')}__", _calculation(_name))
    setattr(Handle, f"__r{_name.strip('_')}__", _calculation(_name, True))


def _channel(handle):
    return object.__getattribute__(handle, "_channel")


def number_of(handle):
    """By which number the student's process knows the object."""
    return object.__getattribute__(handle, "_number")


def ask_for(handle):
    """From here on, this counts as an object that the test asked for."""
    object.__setattr__(handle, "_asked_for", True)


def asked_for(handle):
    """Whether the test asked for this object, by calling a class that the instructor's answer defines too."""
    return object.__getattribute__(handle, "_asked_for")


def _can(handle, name):
    """Whether the test asked for this object, and a class of the instructor's answer can do this."""
    return asked_for(handle) and f"__{name.strip('_')}__" in _channel(handle).special


def _note(handle, what, count):
    """An object has as many items as it says, or `len(x) == len(y) and all(a == b for a, b in zip(x, y))` would hold.

    Where something was called in between, it may have grown.
    """
    calls, counts = _channel(handle).calls, object.__getattribute__(handle, "_counts")
    counts[what] = calls, count
    if len({number for when, number in counts.values() if when == calls}) > 1 and not asked_for(handle):
        raise RuntimeError(f"{handle!r}: its length is not the size of its values")


def _values(of):
    """Arguments with the values of objects in their place."""
    if isinstance(of, Handle):
        return asarray(list(of))
    if type(of) is dict:
        return {name: _values(value) for name, value in of.items()}
    return type(of)(map(_values, of)) if type(of) in (list, tuple) else of


def kind_of(handle):
    """The name of its type, as the student's process gives it."""
    return object.__getattribute__(handle, "_kind")


def _ask(handle, op, /, *args, **kwargs):
    return _channel(handle).request(op, handle, *args, **kwargs)


for _kind, _said in ((Handle, "object"), (Callable, "function"), (Function, "function"), (Class, "class")):
    _kind.__name__ = _said  # messages say what type an answer has
