"""What may lie in submitted/ in place of one notebook by its name."""

import os
import shutil

from tests.nngrade.small_course import NAME, answered, as_bytes

ODD = {  # folder -> why it can't be graded; "" if it can
    "another name": (lambda f: (f / f"{NAME}.ipynb").rename(f / "A1 small (1).IPYNB"), ""),
    "two notebooks": (lambda f: shutil.copy((f / f"{NAME}.ipynb").rename(f / "one.ipynb"), f / "two.ipynb"),
                      "None of these files is called a1_small.ipynb: one.ipynb, two.ipynb."),
    "a name that is no text": (lambda f: (f / f"{NAME}.ipynb").rename(f / "\udcff\x1b[31m.ipynb"), ""),
    "two names that are no text": (lambda f: ((f / f"{NAME}.ipynb").rename(f / "\udcff.ipynb"),
                                   (f / "\x1b]0;two\x07.ipynb").touch()), "a1_small.ipynb: ]0;two.ipynb, .ipynb."),
    "a name that a browser gave": (lambda f: (f / f"{NAME}.ipynb").rename(f / f"{NAME}.ipynb.txt"), ""),
    "another kind of file": (lambda f: ((f / f"{NAME}.ipynb").unlink(), (f / "homework.pdf").write_text("%PDF")),
                             "The file is not a notebook, or is damaged: Expecting value"),
    "two other kinds": (lambda f: ((f / f"{NAME}.ipynb").rename(f / f"{NAME}.json"), (f / "plot.png").touch()),
                        "None of these files is called a1_small.ipynb: a1_small.json, plot.png."),
    "a folder in the folder": (lambda f: ((f / "in").mkdir(), (f / f"{NAME}.ipynb").rename(f / "in" / "a.ipynb")),
                               "There is no notebook in this submission, only in."),
    "an empty file": (lambda f: (f / f"{NAME}.ipynb").write_bytes(b""), "The file is empty. Save the notebook"),
    "nothing but zeros": (lambda f: (f / f"{NAME}.ipynb").write_bytes(bytes(4096)), "The file is empty."),
    "zeros at its end": (lambda f: (f / f"{NAME}.ipynb").write_bytes(as_bytes(answered()) + bytes(99)), ""),
    "a Mac's shadow": (lambda f: (f / f"._{NAME}.ipynb").write_bytes(b"\0"), ""),
    "none": (lambda f: (f / f"{NAME}.ipynb").unlink(), "There is no notebook in this submission."),
    "a file in place of the folder": (lambda f: (shutil.rmtree(f), f.write_text("")), "Not a directory"),
    "a symbolic link": (lambda f: ((f / f"{NAME}.ipynb").rename(f / "x"), (f / f"{NAME}.ipynb").symlink_to(f / "x")),
                        "can't be opened: it is a symbolic link, which is not followed."),
    "links beside it": (lambda f: ((f / "data").symlink_to("/etc"), (f / "gone").symlink_to("/nowhere")), ""),
    "a folder": (lambda f: ((f / f"{NAME}.ipynb").unlink(), (f / f"{NAME}.ipynb").mkdir()), "This is not a file."),
    "a pipe": (lambda f: ((f / f"{NAME}.ipynb").unlink(), os.mkfifo(f / f"{NAME}.ipynb")), "This is not a file."),
    "too large": (lambda f: (f / f"{NAME}.ipynb").write_bytes(b" " * (20 * 2**20 + 1)), "larger than 20 MB"),
    "no time": (lambda f: (f / "timestamp.txt").write_text("yesterday, I think"), ""),
    "a pipe for the time": (lambda f: os.mkfifo(f / "timestamp.txt"), ""),
    "a link for the time": (lambda f: (f / "timestamp.txt").symlink_to("/etc/passwd"), ""),
    "bytes for the time": (lambda f: (f / "timestamp.txt").write_bytes(b"\xff\xfe\0"), ""),
    "work in a copy beside it": (lambda f: ((f / f"{NAME}.ipynb").rename(f / f"{NAME}-Copy1.ipynb"),
                                            (f / f"{NAME}.ipynb").write_bytes(released_in(f.parents[2]))),
                                 f"no answer in it. Beside it lies: {NAME}-Copy1.ipynb. Which one counts?"),
    "an empty file and a copy": (lambda f: ((f / f"{NAME}.ipynb").rename(f / "final.ipynb"),
                                            (f / f"{NAME}.ipynb").write_bytes(b"")), "Beside it lies: final.ipynb."),
    "an older copy beside it": (lambda f: (f / "old.ipynb").write_bytes(released_in(f.parents[2])), ""),
    "saved outputs of 30 MB": (lambda f: (f / f"{NAME}.ipynb").write_bytes(as_bytes(with_outputs())), ""),
    "an empty time": (lambda f: (f / "timestamp.txt").write_text("\n"), ""),
}  # fmt: skip


def released_in(root):
    return (root / "assignments" / NAME / f"{NAME}.ipynb").read_bytes()


def with_outputs():
    handed_in = answered()
    handed_in.cells[2].outputs = [{"output_type": "stream", "name": "stdout", "text": ["x]}\"" * 10**6] * 6}]
    return handed_in
