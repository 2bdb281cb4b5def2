"""The questions of the lectures, answered at once."""

import html
import re

from nnlib import notebook
from nnlib.questions import question


def ask(name, answer=None):
    """Say in words whether the `answer` to a question of a lecture is right, and why; `name` is, say, "05.gates".

    None, the answer of who has not yet tried, brings how to answer. With it, and with a wrong answer, come a hint
    and the right answer, folded. Whatever the answer is, nothing is raised; an unknown name is refused.
    What is known about a question lives in `nnlib.questions`.
    """
    asked = question(name)
    solution = f"{asked.answer}. {asked.reason}"
    if answer is None:
        return _say(f"Put {asked.way} in place of None and run this cell again.", asked.hint, solution)
    right, said = asked.judge(answer)
    if right:
        return _say(f"Right. {said}")
    _say(f"Not yet. {said or 'Have another look: the hint may help.'}", asked.hint, solution)


def _say(said, hint="", answer=""):
    """Display what is said, with hint and answer folded; without a notebook, print it."""
    plain = f"{said}\n  Hint: {hint}\n  Answer: {answer}" if hint else said
    if not notebook.in_notebook():
        return print(plain)
    page = f"<p>{_page(said)}</p>"
    if hint:
        inner = f"<details><summary>Answer</summary>{_page(answer)}</details>"
        page += f"<details><summary>Hint</summary>{_page(hint)}{inner}</details>"
    notebook.display({"text/html": page, "text/plain": plain})


def _page(text):
    return re.sub("`([^`]+)`", r"<code>\1</code>", html.escape(text))
