"""Docstrings as pages: their first equation is set by MathJax, the rest stands as it was written."""

import re

GREEK = (
    "α alpha β beta γ gamma δ delta ε varepsilon η eta θ theta λ lambda μ mu ρ rho σ sigma φ varphi τ tau ω omega π pi"
)
SIGNS = {
    **{"∂": r"\partial ", "Σ": r"\sum ", "·": r"\cdot ", "⊙": r"\odot ", "←": r"\leftarrow ", "≤": r"\le "},
    **{"≥": r"\ge ", "−": "-", "∞": r"\infty ", "‖": r"\Vert ", "∇": r"\nabla ", "√": r"\surd ", "≈": r"\approx "},
    **{"…": r"\dots ", "×": r"\times ", "½": r"\tfrac12 ", "∈": r"\in ", "≠": r"\ne ", "′": "'", "~": r"\sim "},
    **{sign: "\\" + sign for sign in "{}%#&"},
    **{letter: rf"\{name} " for letter, name in zip(GREEK.split()[::2], GREEK.split()[1::2])},
}
RAISED = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺ᶻᵗⁿᵐᵏⁱᵖ", "0123456789-+ztnmkip")) | {"ᵀ": r"\top "}
LOWERED = dict(zip("₀₁₂₃₄₅₆₇₈₉ᵢⱼₖₙ₊₋", "0123456789ijkn+-"))
OF_LATEX = {"log", "tanh", "max", "min", "exp", "sinh", "cos", "sin"}
FUNCTIONS = OF_LATEX | {"softmax", "sign", "mean", "onehot"}
WORD = re.compile(r"(?<![\\a-zA-Z])([a-zA-Z]{2,}(?:_[a-z]{2,})*)")
WORDS_IN_TURN = re.compile(rf"{WORD.pattern}(?: [a-zA-Z]{{2,}})*")
END = re.compile(r": |\. |; |, for |, with |, entry|, (?=[a-z]{3,} [a-z]{3,} [a-z]{3,})|\.$|$")
BETWEEN = {"and", "of", "over", "with"}  # words that stand apart from the signs beside them
MOST_WORDS = 4  # of an equation; a line with more is a sentence
# Marks that stand for LaTeX's braces and words until all other signs are translated.
UP, DOWN, HAT, CLOSE, WORDS = "\ue000", "\ue001", "\ue002", "\ue003", 0xE100
MARKS = {UP: "^{", DOWN: "_{", HAT: r"\hat{", CLOSE: "}"}


def as_rst(app, what, name, obj, options, lines):
    """Sphinx's hook: change the lines of a docstring in place."""
    app.env.note_dependency(__file__)  # the page is made anew when what stands here changes
    if lines:
        lines[:] = [*_first(lines[0]), *_rest(lines[1:])]


def equation(line):
    """(equation, what follows) of a first line; ("", the line) if it does not begin with one."""
    ends = END.finditer(line)
    end = next(end for end in ends if line.count("(", 0, end.start()) == line.count(")", 0, end.start()) or not end[0])
    formula = line[: end.start()]
    rest = line[end.end() :] if end[0].strip() in (":", ".", ";", "") else line[end.start() :]
    words = [word for word in WORD.findall(formula) if word not in FUNCTIONS]
    is_one = re.search(r"[=←~]", formula) and len(words) <= MOST_WORDS
    return (formula, rest.removeprefix(", ")) if is_one else ("", line)


def latex(formula):
    """The formula in LaTeX: signs of Unicode become commands, names of several letters stand upright."""
    words = []

    def upright(match):
        word = match[0].replace("_", r"\_")
        apart = " " in word or word in BETWEEN
        words.append(rf"\{word} " if word in OF_LATEX else rf"\text{{ {word} }}" if apart else rf"\mathrm{{{word}}}")
        return chr(WORDS + len(words) - 1)

    text = re.sub("([a-zA-Zθμσ])\u0302", rf"{HAT}\1{CLOSE}", formula).replace("ŷ", f"{HAT}y{CLOSE}")
    text = re.sub(r"_\{([^}]*)\}", rf"{DOWN}\1{CLOSE}", text)
    text = re.sub(r"\^\{([^}]*)\}", rf"{UP}\1{CLOSE}", text)
    text = text.replace(" if ", f" {UP}{CLOSE}").replace(" else ", f" {DOWN}{CLOSE}") if " if " in text else text
    text = WORDS_IN_TURN.sub(upright, text)
    text = re.sub(r"_(\w+)", rf"{DOWN}\1{CLOSE}", text)
    text = "".join(SIGNS.get(sign, sign) for sign in text)
    text = _moved(_moved(text, RAISED, "^"), LOWERED, "_")
    text = text.replace(UP + CLOSE, r"\text{ if }").replace(DOWN + CLOSE, r"\text{ else }")
    for mark, brace in MARKS.items():
        text = text.replace(mark, brace)
    return re.sub(f"[{chr(WORDS)}-{chr(WORDS + 99)}]", lambda match: words[ord(match[0]) - WORDS], text)


def _moved(text, signs, mark):
    """Small raised or lowered signs as exponents or indices."""
    return re.sub(f"[{''.join(signs)}]+", lambda match: mark + "{" + "".join(map(signs.get, match[0])) + "}", text)


def _first(line):
    formula, rest = equation(line)
    if not formula:
        return [_escaped(line)]
    return [".. math::", "   :no-wrap:", "", rf"   \[{latex(formula)}\]", "", _escaped(rest[:1].upper() + rest[1:])]


def _rest(lines):
    """Paragraphs; what is indented, or stands in columns, as it is."""
    block = []
    for line in [*lines, ""]:
        if line.strip():
            block.append(line)
            continue
        columns = any(re.search(r"\S {2,}\S", text) or text.startswith("    ") for text in block)
        yield from ["", "::", "", *(f"    {text}" for text in block), ""] if columns else ["", *map(_escaped, block)]
        block = []


def _escaped(line):
    """What means something to Sphinx stands for itself; `code` is code."""
    parts = line.split("`")
    return "".join(f"``{part}``" if i % 2 else re.sub(r"([\\*|_])", r"\\\1", part) for i, part in enumerate(parts))
