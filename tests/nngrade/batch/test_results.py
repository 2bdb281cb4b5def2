"""The loop that hands out work: what is tried again, what ends a run, who is waited for. No sandbox."""

from concurrent.futures import Future
from types import SimpleNamespace

import pytest

from nngrade.batch import grade_class
from nngrade.batch.grade_class import MOST_IN_A_ROW, Outcome, _results
from nngrade.errors import CourseError


class Pool:
    """Answers at once, or late: what a unit comes to the first time, the second time, and so on."""

    def __init__(self, answers, width=2):
        self.answers, self.width, self.asked, self.under_way, self.most = answers, width, [], 0, 0

    def submit(self, function, student):
        self.asked.append(student)
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        future, answer = Future(), self.answers.get(student, ["graded"])[self.asked.count(student) - 1]
        if isinstance(answer, Exception):
            future.set_exception(answer)
        else:
            future.set_result((record(student, answer), "notebook"))
        return future


class Progress:
    """What it is told."""

    def __init__(self):
        self.steps, self.waited_for = 0, []

    def step(self, outcome):
        self.steps += isinstance(outcome, Outcome)

    def waiting(self, who):
        self.waited_for.append(who)


def record(student, answer):
    points = {"graded": 1.0, "unclear": None, "refused": None}[answer]
    return {"student": student, "refused": "no notebook" * (answer == "refused"), "tests": {"f": {"points": points}}}


def run(pool, students):
    """([(student, points)], the outcome, what the progress was told)"""
    outcome, progress = Outcome(), Progress()
    places = [SimpleNamespace(student=name, unit=lambda name=name: name) for name in students]
    got = []
    for found, notebook in _results(places, pool, outcome, progress):
        assert notebook == "notebook"
        pool.under_way -= 1
        got.append((found["student"], found["tests"]["f"]["points"]))
    return got, outcome, progress


def test_each_comes_once_and_only_as_many_are_under_way_as_keep_all_workers_busy():
    students = [f"student-{n:02}" for n in range(20)]
    pool = Pool({}, width=3)
    got, outcome, progress = run(pool, students)
    assert sorted(got) == [(name, 1.0) for name in students] and pool.asked == students
    assert pool.most == 6 and not outcome.failed and progress.steps == 0  # whoever takes a result counts it


@pytest.mark.parametrize(["answers", "asked", "points"], [
    (["unclear", "graded"], 2, 1.0),  # a test without a verdict may have met a machine out of breath
    (["unclear", "unclear"], 2, None),  # then a person has to look
    (["refused"], 1, None),  # another look makes it no notebook
    ([OSError("it coughed"), "graded"], 2, 1.0),
    ([OSError("it coughed"), "unclear"], 2, None),
    (["unclear", OSError("it coughed")], 2, "it coughed"),
    ([OSError("one"), OSError("it coughed")], 2, "it coughed"),
    ([OSError("one"), KeyError()], 2, "KeyError"),
], ids=str)  # fmt: skip
def test_what_is_tried_again(answers, asked, points):
    pool = Pool({"b": answers})
    got, outcome, progress = run(pool, "abc")
    assert pool.asked.count("b") == asked and pool.asked.count("a") == pool.asked.count("c") == 1
    failed = isinstance(points, str)
    assert sorted(got) == [("a", 1.0), *([] if failed else [("b", points)]), ("c", 1.0)]
    assert outcome.failed == ([("b", points)] if failed else []) and progress.steps == failed


def test_what_is_tried_again_comes_last():
    pool = Pool({"b": [OSError("it coughed"), "graded"]}, width=1)  # a machine has time to recover
    run(pool, "abcdefgh")
    assert pool.asked == [*"abcdefghb"]


def test_where_all_fail_it_is_not_they():
    many = [f"student-{n:02}" for n in range(2 * MOST_IN_A_ROW)]
    pool = Pool(dict.fromkeys(many, [OSError("no room")] * 2), width=1)
    with pytest.raises(CourseError, match="(?s)10 submissions in a row could not be .*, so it is not they: no room"):
        run(pool, many)
    assert set(pool.asked) <= set(many[: MOST_IN_A_ROW + 1])


def test_fewer_in_a_row_end_no_run():
    few = MOST_IN_A_ROW - 2  # two are under way
    bad = {f"student-{n:02}": [OSError("no room")] * 2 for n in range(2 * few) if n % few}
    got, outcome, _ = run(Pool(bad, width=1), [f"student-{n:02}" for n in range(2 * few)])
    assert len(got) == 2 and len(outcome.failed) == len(bad)


def test_one_accident_that_ends_all_that_is_under_way_ends_no_run():
    many = [f"student-{n:02}" for n in range(MOST_IN_A_ROW + 2)]
    got, outcome, _ = run(Pool({name: [OSError("killed"), "graded"] for name in many}, width=len(many)), many)
    assert len(got) == len(many) and outcome.failed == []


def test_who_is_waited_for_is_named_the_longest_first(monkeypatch):
    pool, late = Pool({}, width=2), {}
    real = pool.submit

    def submit(function, student):
        late[student] = real(function, student)
        return Future() if student != "quick" else late[student]

    class Enough(Exception):
        pass

    def waiting(who):
        seen.append(who)
        if len(seen) == 2:
            raise Enough

    seen = []
    pool.submit = submit
    monkeypatch.setattr(grade_class, "SECONDS_BETWEEN_LOOKS", 0.01)
    progress = SimpleNamespace(step=lambda outcome: None, waiting=waiting)
    places = [SimpleNamespace(student=name, unit=lambda name=name: name) for name in ("one", "quick", "two", "three")]
    with pytest.raises(Enough):
        for found, _ in _results(places, pool, Outcome(), progress):
            assert found["student"] == "quick"
    assert [list(who) for who in seen] == [["one", "two"]] * 2  # the third waits for a worker
    assert 0 <= seen[0]["two"] <= seen[0]["one"] < seen[1]["one"] < 5
