"""What a cell has shown, as it stands in the notebook that goes back."""

import sys
import traceback

import pytest

from nngrade.student.recorder import CUT, Recorder, message, own_lines


def recorded(show, most=1000):
    """The outputs of a cell that does this with the recorder."""
    recorder = Recorder()
    with recorder.recording("cell", most):
        show(recorder)
    return recorder.outputs


def stream(text, name="stdout"):
    return {"output_type": "stream", "name": name, "text": text}


def shown(text, **more):
    return {"output_type": "display_data", "data": {"text/plain": text}, "metadata": {}, **more}


def display(recorder, text, *how):
    recorder.display({"text/plain": text}, None, None, *how)


def test_what_is_printed_in_one_go_is_one_output():
    def show(_):
        print("a\r\n", end="")
        print("b\ud800")
        print("c", file=sys.stderr)
        print("d")

    assert recorded(show) == [stream("a\r\nb?\n"), stream("c\n", "stderr"), stream("d\n")]


@pytest.mark.parametrize(("size", "outputs"), [
    (9, [stream("x" * 9)]), (10, [stream(CUT, "stderr")]), (4, [stream("x" * 4)])])  # fmt: skip
def test_what_is_beyond_the_limit_is_dropped_and_that_is_said_once(size, outputs):
    def show(recorder):
        print("x" * size, end="")
        if size > 9:
            print("y")
            display(recorder, "z")

    assert recorded(show, 10) == outputs


def test_what_is_shown_again_under_its_name_takes_the_place_of_what_was_there():
    def show(recorder):
        display(recorder, "a", "x")
        display(recorder, "b", "y")
        display(recorder, "c", "x")
        display(recorder, "d", "y", True)
        display(recorder, "e", "z", True)  # there is none
        display(recorder, "f", None, True)

    assert recorded(show) == [shown("a", id="x"), shown("d", id="y"), shown("c", id="x")]


def test_what_was_cleared_is_gone():
    def show(recorder):
        print("a")
        recorder.clear()
        print("b")

    assert recorded(show) == [stream("b\n")]


def test_bytes_and_values_are_text_in_a_notebook():
    data = {"image/png": b"\x89P", "application/json": {"a": [1, 2j]}, "text/plain": "b"}
    [output] = recorded(lambda recorder: recorder.display(data, None, 3))
    assert output["data"] == {"image/png": "iVA=", "application/json": '{"a": [1, "2j"]}', "text/plain": "b"}
    assert (output["output_type"], output["execution_count"]) == ("execute_result", 3)


def test_outside_of_a_cell_nothing_is_stopped_or_recorded():
    recorder = Recorder()
    recorder.interrupt()
    with recorder.recording("cell", 10):
        with pytest.raises(KeyboardInterrupt, match="this cell took too long and was stopped"):
            recorder.interrupt()
        recorder.interrupt()  # once is enough
    with recorder.recording("other", 10):
        pass
    recorder.interrupt()  # too late: it has ended by itself
    assert sys.stdout not in (None, recorder) and recorder.outputs == []


class Mute(Exception):
    def __str__(self):
        raise SystemExit


def test_what_an_exception_says_has_a_length_and_may_fail():
    assert message(ValueError("x" * 3000)) == "x" * 2000 and message(Mute()) == ""


def test_lines_of_a_traceback_are_the_students_own_and_the_last_hundred():
    namespace = {"fail": lambda: 1 / 0}
    exec(compile("def f(n):\n    return f(n - 1) if n else fail()", "cell", "exec"), namespace)
    for depth, first in ((5, 3), (300, 2)):
        try:
            exec(compile(f"\n\nf({depth})", "other", "exec"), namespace)
        except ZeroDivisionError as error:
            lines = own_lines(error, {"cell", "other"})
            assert traceback.extract_tb(error.__traceback__)[-1].filename == __file__
        assert lines[0][1] == first and lines[-1] == ("cell", 2) and len(lines) == min(depth + 2, 100)


def test_the_line_that_python_can_not_read_is_told():
    try:
        compile("x = 1\nx = = 1", "cell", "exec")
    except SyntaxError as error:
        assert own_lines(error, {"cell"}) == [("cell", 2)] and own_lines(error, {"other"}) == []
