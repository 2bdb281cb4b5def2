"""feedback.toml: what instructors say to answers that have no name."""

import pytest

from nngrade.batch.sentences import NAME, sentences
from nngrade.errors import CourseError

TEXT = """
[a1.f_test]
abc = " Look at W. "
[a1.g_test]
abc = "Look at b."
[a2.f_test]
abc = "No."
"""


@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_sentences_are_those_of_the_assignment_by_test_and_key(tmp_path, mark):
    assert sentences(tmp_path, "a1") == {}
    (tmp_path / NAME).write_text(mark + TEXT, encoding="utf-8")
    assert sentences(tmp_path, "a1") == {("f_test", "abc"): "Look at W.", ("g_test", "abc"): "Look at b."}
    assert sentences(tmp_path, "a3") == {}


@pytest.mark.parametrize("text", [b"[a1", b"\xff", b"a1 = 3", b"[a1]\nf_test = 3", b"[a1.f_test]\nabc = 3"])
def test_a_file_that_is_none_is_told_in_words(tmp_path, text):
    (tmp_path / NAME).write_bytes(text)
    says = r'feedback.toml can.t be read: .+\. It holds lines KEY = "sentence" under \[ASSIGNMENT.TEST\]\.'
    with pytest.raises(CourseError, match=says):
        sentences(tmp_path, "a1")
