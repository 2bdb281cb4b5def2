"""Kinds of mistakes that are the same everywhere: one edit of an expression, and a sentence that says what it does.

A term left out or with another sign, a factor that divides, another quantity, another axis, a root that is missing, …
Each edit is (another expression, an id, words): the words go on after "In dW, ". What has no words is left out.
"""

import ast
import copy

SINGLE = {"sqrt": "root", "abs": "absolute value", "exp": "exponential", "log": "logarithm", "sign": "sign",
          "tanh": "tanh"}  # fmt: skip
SWAPPED = {"sum": "mean", "mean": "sum", "max": "min", "min": "max", "maximum": "minimum", "minimum": "maximum"}
TAKEN = {"max": "a maximum", "min": "a minimum"}


def edits(node, called, others):
    """All edits of an expression. `called`: {quantity: what it is called}; `others`: quantities that are there by then.

    An edit of a part is an edit of the whole. Two are left alone: which entry of a list is meant, zs[-1]; and what is
    compared, since with another quantity one case may hold for all numbers, which has many causes.
    """
    yield from _here(node, called, others)
    others = () if isinstance(node, ast.Compare) else others
    for field, value in ast.iter_fields(node):
        if field == "slice":
            continue
        for i, part in enumerate(value if isinstance(value, list) else [value]):
            if isinstance(part, ast.expr):
                for other, *rest in edits(part, called, others):
                    new = [*value[:i], other, *value[i + 1 :]] if isinstance(value, list) else other
                    yield _with(node, field, new), *rest


def _with(node, field, value):
    other = copy.copy(node)
    setattr(other, field, value)
    return other


def _here(node, called, others):
    """The edits of this very node."""
    kind = {ast.BinOp: _operation, ast.Name: _name, ast.UnaryOp: _sign, ast.Compare: _comparison, ast.Call: _call,
            ast.Attribute: _transpose, ast.IfExp: _cases}.get(type(node))  # fmt: skip
    return kind(node, called, others) if kind else ()


def _cases(node, called, others):
    yield ast.IfExp(node.test, node.orelse, node.body), "exchanged", "the two cases are exchanged"


def _operation(node, called, others):
    left, right = _words(node.left, called), _words(node.right, called)
    made = {ast.Add: _sum, ast.Sub: _sum, ast.Mult: _product, ast.Div: _quotient, ast.Pow: _power,
            ast.BitOr: _either}.get(type(node.op))  # fmt: skip
    return made(node, left, right) if made and left and right else ()


def _sum(node, left, right):
    plus = isinstance(node.op, ast.Add)
    turned = ast.BinOp(node.left, ast.Sub() if plus else ast.Add(), node.right)
    does, belongs = ("subtracted", "added") if plus else ("added", "subtracted")
    yield turned, f"{_id(right)}_{does}", f"{right} is {does}, where it should be {belongs}"
    if _is(node.left, 1) and not plus:
        yield node.right, f"{_id(right)}_for_rest", f"{right} stands where 1 − {right} belongs"
    else:
        yield node.left, f"without_{_id(right)}", f"{right} is missing"
        rest = node.right if plus else ast.UnaryOp(ast.USub(), node.right)
        yield rest, f"without_{_id(left)}", f"{left} is missing"
    if not plus:
        yield ast.BinOp(node.right, node.op, node.left), "turned", f"{left} is subtracted from {right}, not the reverse"


def _product(node, left, right):
    for here, other, words in ((node.right, node.left, right), (node.left, node.right, left)):
        factor = "" if " " in words else "the factor "
        yield other, f"without_{_id(words)}", f"{factor}{words} is missing"
        yield ast.BinOp(other, ast.Div(), here), f"by_{_id(words)}", f"{words} divides, where it should multiply"
        yield ast.BinOp(node, ast.Mult(), here), f"{_id(words)}_twice", f"{factor}{words} is there twice"
    added = ast.BinOp(node.left, ast.Add(), node.right)
    yield added, "added", f"{left} and {right} are added, where they should be multiplied"


def _quotient(node, left, right):
    yield node.left, f"without_{_id(right)}", f"nothing is divided by {right}"
    times = ast.BinOp(node.left, ast.Mult(), node.right)
    yield times, f"times_{_id(right)}", f"{right} multiplies, where it should divide"
    yield ast.BinOp(node, ast.Div(), node.right), f"{_id(right)}_twice", f"{right} divides twice"
    yield ast.BinOp(node.right, ast.Div(), node.left), "inverted", f"{right} is divided by {left}, not the reverse"


def _power(node, left, right):
    name = "square" if _is(node.right, 2) else f"power {right}"
    yield node.left, f"without_{_id(name)}", f"the {name} of {left} is missing"
    if not _is(node.right, 2):
        times = ast.BinOp(node.left, ast.Mult(), node.right)
        yield times, f"times_{_id(right)}", f"{left} is multiplied by {right}, where it should be taken to that power"


def _either(node, left, right):
    yield node.left, "without_second", "the second condition is missing"
    yield node.right, "without_first", "the first condition is missing"
    yield ast.BinOp(node.left, ast.BitAnd(), node.right), "both", "both conditions have to hold, where one is enough"


def _name(node, called, others):
    for other in others:
        if node.id in called and other != node.id:
            says = f"{called[other]} stands where {called[node.id]} belongs"
            yield ast.Name(other, ast.Load()), f"{other}_for_{node.id}", says


def _sign(node, called, others):
    words = _words(node.operand, called)
    if isinstance(node.op, ast.USub) and words:
        yield node.operand, "without_minus", f"the minus before {words} is missing"


TURNED = {ast.Lt: ast.GtE, ast.LtE: ast.Gt, ast.Gt: ast.LtE, ast.GtE: ast.Lt}
EDGE = {ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt}


def _comparison(node, called, others):
    left, right = _words(node.left, called), _words(node.comparators[0], called)
    kind = type(node.ops[0])
    if left and right and kind in TURNED:
        yield _with(node, "ops", [TURNED[kind]()]), "turned", f"the comparison of {left} with {right} is turned round"
        edge = f"{left} equal to {right} falls on the wrong side"
        yield _with(node, "ops", [EDGE[kind]()]), "at_edge", edge


def _call(node, called, others):
    name = getattr(node.func, "attr", "")
    inner = node.args[0] if node.args else getattr(node.func, "value", None)
    words = _words(inner, called) if inner is not None else ""
    if name in SINGLE and len(node.args) == 1 and words:
        yield inner, f"without_{name}", f"the {SINGLE[name]} of {words} is not taken"
    if name in SWAPPED and words:
        other = SWAPPED[name]
        does, belongs = (TAKEN.get(one, f"a {one}") for one in (other, name))
        says = f"{does} of {words} is taken, where {belongs} belongs"
        yield _with(node, "func", _with(node.func, "attr", other)), other, says
    if name == "where" and len(node.args) == 3:
        yield _with(node, "args", [node.args[0], *node.args[:0:-1]]), "exchanged", "the two cases are exchanged"
    axis = next((keyword for keyword in node.keywords if keyword.arg == "axis" and _is(keyword.value, 0, 1)), None)
    if axis and words:
        turned = ast.keyword("axis", ast.Constant(1 - axis.value.value))
        keywords = [turned if keyword is axis else keyword for keyword in node.keywords]
        yield _with(node, "keywords", keywords), "axis", f"the other axis of {words} is taken"


def _transpose(node, called, others):
    if node.attr == "T" and (words := _words(node.value, called)):
        yield node.value, f"without_T_{_id(words)}", f"{words} stands where its transpose belongs"


def _is(node, *values):
    return isinstance(node, ast.Constant) and not isinstance(node.value, bool) and node.value in values


def _id(words):
    return "_".join(words.replace("−", "minus").replace("(", "").replace(")", "").split())


LONGEST = 22  # letters of a formula that is quoted


def _words(node, called):
    """What a part of an expression is called: a short formula, or which quantities it has; "" if it has neither."""
    formula = _formula(node, called)
    if formula and (len(formula) <= LONGEST or isinstance(node, ast.Name)):
        return formula
    names = dict.fromkeys(called[name] for name in _names(node) if name in called)
    return f"the part with {' and '.join(names)}" if 0 < len(names) <= 3 else ""


def _names(node):
    """All names in an expression, in the order in which they are written."""
    if isinstance(node, ast.Name):
        yield node.id
    for part in ast.iter_child_nodes(node):
        yield from _names(part)


def _formula(node, called):
    """The formula of names, numbers, differences from 1, squares, roots and products of two; "" for others."""
    if isinstance(node, ast.Constant):
        return f"{node.value:g}" if type(node.value) in (int, float) else ""
    if isinstance(node, ast.Name):
        return called.get(node.id, "")
    if isinstance(node, ast.BinOp):
        left, right = _formula(node.left, called), _formula(node.right, called)
        if not left or not right:
            return ""
        if isinstance(node.op, ast.Sub) and left == "1":
            return f"1 − {right}"
        if isinstance(node.op, ast.Pow) and right == "2":
            return f"{_bracketed(left)}²"
        if isinstance(node.op, ast.Mult) and "·" not in left + right:
            return f"{_bracketed(left)} · {_bracketed(right)}"
    if isinstance(node, ast.Call) and len(node.args) == 1 and not node.keywords:
        name = getattr(node.func, "attr", getattr(node.func, "id", ""))
        inner = _formula(node.args[0], called)
        return WRITTEN.get(name, "").format(inner) if inner else ""
    if isinstance(node, ast.Attribute) and node.attr == "T":
        inner = _formula(node.value, called)
        return f"{inner}ᵀ" if inner else ""
    return ""


WRITTEN = {"sqrt": "√({})", "abs": "|{}|", "len": "the length of {}"}


def _bracketed(formula):
    return f"({formula})" if " " in formula else formula
