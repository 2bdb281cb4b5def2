"""Give a library that is imported what a changed text of one of its files says, without importing it again."""

import gc
import inspect
import re
import sys
from types import CodeType, FunctionType, ModuleType, NoneType

PLAIN = bool, int, float, str, bytes, tuple, list, dict, set, frozenset, NoneType, re.Pattern


def name_of(code):
    """What a function is known by, here and in another process."""
    return code.co_filename, code.co_qualname, code.co_firstlineno


class Calls:
    """What is called in a `with`, of the functions in the files of a folder: their names are in `seen`."""

    def __init__(self, folder):
        self.folder, self.seen = str(folder), set()

    def __enter__(self):
        sys.settrace(self.note)
        return self

    def __exit__(self, *_):
        sys.settrace(None)

    def note(self, frame, event, argument):
        if frame.f_code.co_filename.startswith(self.folder):
            self.seen.add(name_of(frame.f_code))


def changed(path, before, after):
    """The names of the functions of a file that a changed text changes, and False; of all, and True, if it is none."""
    pairs = list(zip(functions(compiled(path, before)), functions(compiled(path, after))))
    others = [old for old, new in pairs if without_lines(old) != without_lines(new)]
    return {name_of(old) for old in others or [old for old, _ in pairs]}, not others


def living(folder):
    """Every function there is, wherever it is held, whose file lies in a folder."""
    return [
        thing
        for thing in gc.get_objects()
        if type(thing) is FunctionType and thing.__code__.co_filename.startswith(str(folder))
    ]


def plant(alive, name, path, before, after):
    """Give the functions of a module the code that a changed text has for them, and if all are alike the values."""
    old, new = compiled(path, before), compiled(path, after)
    codes = dict(zip(functions(old), functions(new)))
    for function in alive:
        if function.__code__.co_filename == str(path):
            function.__code__ = codes.get(function.__code__, function.__code__)
    if all(without_lines(one) == without_lines(other) for one, other in codes.items()):
        module = sys.modules[name]
        twin = ModuleType(name)
        vars(twin).update(__file__=str(path), __package__=module.__package__)
        exec(new, vars(twin))
        _take(module, twin)


def compiled(path, text):
    return compile(text, str(path), "exec")


def functions(code):
    """The functions of a file, those in classes included, those in functions not."""
    for part in code.co_consts:
        if isinstance(part, CodeType):
            yield from [part] if part.co_flags & inspect.CO_OPTIMIZED else functions(part)


def without_lines(code):
    """The code as it is wherever it stands: a fault may take a line away, which moves all below."""
    parts = tuple(without_lines(part) if isinstance(part, CodeType) else part for part in code.co_consts)
    return code.replace(co_firstlineno=1, co_linetable=b"", co_consts=parts)


def _take(old, new):
    """Defaults of functions and plain values of a module or class, from another that has the same names."""
    for name, value in vars(new).items():
        value, before = bare(value), bare(vars(old).get(name))
        if isinstance(value, FunctionType) and isinstance(before, FunctionType):
            before.__defaults__, before.__kwdefaults__ = value.__defaults__, value.__kwdefaults__
        elif isinstance(value, type) and isinstance(before, type) and value is not before:
            _take(before, value)
        elif name == "__dataclass_fields__":
            old.__init__ = new.__init__  # made from what the fields say
        elif isinstance(value, PLAIN) and name not in vars(ModuleType("")) and shown(value) != shown(before):
            _replace(old, name, before, value)


def _replace(owner, name, before, value):
    """Let a name of a class or module mean another value, and wherever it was imported from the module."""
    setattr(owner, name, value)
    for place in sys.modules.values() if isinstance(owner, ModuleType) else ():
        if type(place) is ModuleType and name in vars(place) and vars(place)[name] is before:
            setattr(place, name, value)


def bare(value):
    """The function in a method, property or wrapper."""
    if isinstance(value, (staticmethod, classmethod)):
        value = value.__func__
    if isinstance(value, property):
        value = value.fget
    return inspect.unwrap(value) if callable(value) else value


def shown(value):
    return re.sub(r" at 0x\w+", "", repr(value))
