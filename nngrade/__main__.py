"""The command line of the course's instructors, `nngrade COMMAND`: the table of all commands.

What a command needs is imported when it runs: `nngrade --help` answers at once, and sandboxes warm up meanwhile.
"""

import os
import signal
import sys
from pathlib import Path
from typing import Annotated

MAKE_VENV = ("py tools\\bootstrap.py instructor", ".venv\\Scripts\\nngrade") if os.name == "nt" else (
    "python3 tools/bootstrap.py instructor", ".venv/bin/nngrade")  # fmt: skip


def not_installed(error):
    """What to do when a package is missing, in one sentence."""
    make, nngrade = MAKE_VENV
    return (f"nngrade: This Python lacks the instructor's packages ({error.name} is missing): run `{make}` in the"
            f" course folder, which installs them into .venv, then `{nngrade}` in place of this command.")  # fmt: skip


try:
    import typer

    from nngrade.course import Course, assignments, course_root
    from nngrade.errors import CourseError, in_words
except KeyboardInterrupt:  # Ctrl-C in the first moment, which nothing else is there to take
    sys.exit(130)
except ModuleNotFoundError as error:
    sys.exit(not_installed(error))

# The help lists commands in the order in which a course needs them.
FIRST, WEEK = "Before the course", "For each assignment"
LOOK, SOURCE = "To look closer, and to change what was set", "For those who change the course"
app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False,
                  help="Release, collect, grade and hand back the assignments of the course.")  # fmt: skip


@app.command(rich_help_panel=FIRST)
def doctor():
    """Say whether this machine is ready, and what to install. Exit code 1: it can't grade."""
    from nngrade import doctor

    raise typer.Exit(doctor.run())


@app.command(rich_help_panel=FIRST)
def demo():
    """Grade a small sample class from release to grades, in build/demo."""
    from nngrade.commands import demo

    root = course_root()
    raise typer.Exit(0 if demo.run(root, root / "build" / "demo") else 1)


@app.command(rich_help_panel=FIRST)
def lint(assignment: Annotated[str, typer.Argument(help="the assignment; without it, all of them")] = ""):
    """Find weak tests: those that give points to empty answers, or not all of them to the solution."""
    from nngrade.lint import report

    root = course_root()
    raise typer.Exit(0 if report.run(root, [assignment] if assignment else assignments(root)) else 1)


@app.command(rich_help_panel=FIRST)
def release():
    """Generate the student versions, assignments/, from solutions/."""
    from nngrade.commands import release

    release.run(course_root())


@app.command(rich_help_panel=FIRST)
def pack():
    """Write the students' folder as one zip, without solutions and hidden tests."""
    from nngrade.commands import pack

    pack.run(course_root())


@app.command(rich_help_panel=FIRST)
def roster(
    file: Annotated[Path, typer.Argument(help="a list of students: as a platform exports it, or CSV of a spreadsheet")],
):
    """Enter the students, once, from a list that your platform exports: into roster.csv."""
    from nngrade.commands import collect

    raise typer.Exit(collect.enter(Course(course_root()), file))


@app.command(rich_help_panel=WEEK)
def collect(
    assignment: Annotated[str, typer.Argument(help="such as a3_backprop")],
    files: Annotated[list[Path], typer.Argument(help="what the platform hands out: zips, folders, its lists")],
    tz: Annotated[str, typer.Option(metavar="ZONE", help="of times that name none, such as Europe/Berlin")] = "",
):
    """Take what your platform hands out, as it is, sort it into submitted/, and say who is missing."""
    from nngrade.commands import collect

    raise typer.Exit(collect.run(course_root(), assignment, files, tz))


@app.command(rich_help_panel=WEEK)
def late(assignment: Annotated[str, typer.Argument(help="the assignment; without it, all that are due")] = ""):
    """Say who is late and what that takes off. Exit code 1: some time is not certain."""
    from nngrade.commands import late

    raise typer.Exit(late.run(course_root(), assignment))


@app.command(rich_help_panel=WEEK)
def grade(
    assignment: Annotated[str, typer.Argument(help="such as a3_backprop")],
    student: Annotated[list[str] | None, typer.Option(help="only this one; may be given several times")] = None,
    again: Annotated[bool, typer.Option("--again", help="also what is graded already")] = False,
    workers: Annotated[int | None, typer.Option(min=1, help="submissions at once; else one per core")] = None,
    scheduler: Annotated[str, typer.Option(metavar="ADDRESS", help="of a Dask cluster that does the work")] = "",
    unsafe_no_sandbox: Annotated[
        bool, typer.Option("--unsafe-no-sandbox", help="run students' code with nothing between it and this machine")
    ] = False,
):
    """Grade what is not graded yet, on all cores. Can be stopped at any moment and run again."""
    root = course_root()
    if not scheduler:
        from nngrade.grading import sandboxes, withheld

        # Meanwhile, this process imports what it needs itself.
        sandboxes.begin(unsafe_no_sandbox, withheld.forbidden_by(root, assignment))
    from nngrade.commands import grade

    options = student or (), again, workers, scheduler, unsafe_no_sandbox
    raise typer.Exit(grade.run(root, assignment, *options))


@app.command(rich_help_panel=WEEK, context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def lab(context: typer.Context):
    """Open lectures, assignments and formgrader in JupyterLab. Takes its options, such as --no-browser."""
    from nngrade.commands import lab

    lab.run(course_root(), context.args)


@app.command(rich_help_panel=WEEK)
def mistakes(
    assignment: Annotated[str, typer.Argument(help="such as a3_backprop")],
    everybody: Annotated[bool, typer.Option("--everybody", help="all names, not the first few")] = False,
):
    """Say what the class got wrong: each mistake, how many made it, and who."""
    from nngrade.commands.mistakes import mistakes

    mistakes(Course(course_root()), assignment, everybody)


@app.command(rich_help_panel=WEEK)
def feedback(
    assignment: Annotated[str, typer.Argument(help="such as a3_backprop")],
    pack: Annotated[bool, typer.Option("--pack", help="also zips for the platforms that the files came from")] = False,
):
    """Write the pages that go back to students. Exit code 1: somebody gets none."""
    from nngrade.commands import feedback

    raise typer.Exit(feedback.run(Course(course_root()), assignment, pack))


@app.command(rich_help_panel=WEEK)
def export(
    assignment: Annotated[str, typer.Argument(help="the assignment; without it, all of them")] = "",
    canvas: Annotated[Path | None, typer.Option(help="a gradebook that Canvas exported: fill a copy of it")] = None,
    moodle: Annotated[Path | None, typer.Option(help="a grading worksheet of Moodle: fill a copy of it")] = None,
    blackboard: Annotated[Path | None, typer.Option(help="a grade file of Blackboard: fill a copy of it")] = None,
    brightspace: Annotated[Path | None, typer.Option(help="a grade file of Brightspace: fill a copy of it")] = None,
    column: Annotated[str, typer.Option(help="the column to fill there; without it, those that are there")] = "",
    to: Annotated[Path | None, typer.Option(help="the file to write; else build/grades.csv or FILE-filled")] = None,
):
    """Write the grades as CSV, or into a copy of the file that a learning platform exported."""
    from nngrade.commands import export

    files = {"canvas": canvas, "moodle": moodle, "blackboard": blackboard, "brightspace": brightspace}
    export.run(Course(course_root()), assignment, to, files, column)


@app.command(rich_help_panel=LOOK)
def explain(
    student: Annotated[str, typer.Argument(help="such as student-01")],
    assignment: Annotated[str, typer.Argument(help="such as a3_backprop")],
):
    """Say why a student's score is what it is, question by question."""
    from nngrade.commands import explain

    explain.explain(Course(course_root()), student, assignment)


@app.command(rich_help_panel=LOOK)
def picture(
    assignment: Annotated[str, typer.Argument(help="such as a3_backprop")],
    to: Annotated[Path | None, typer.Option(help="the PNG file to write; else build/ASSIGNMENT.png")] = None,
):
    """Draw the class: the scores, the points per question, and the time that each test took."""
    from nngrade.exports.picture import picture

    print("\n".join(picture(Course(course_root()), assignment, to)))


@app.command(rich_help_panel=LOOK)
def alike(assignment: Annotated[str, typer.Argument(help="such as a3_backprop")]):
    """Show submissions that are alike, whatever names they use: a hint, and no proof."""
    from nngrade.commands import alike

    alike.run(course_root(), assignment)


@app.command(rich_help_panel=LOOK)
def question(
    assignment: Annotated[str, typer.Argument(help="such as a3_backprop")],
    name: Annotated[str, typer.Argument(help="such as relu_backward_test; without it, all are shown")] = "",
    drop: Annotated[bool, typer.Option("--drop", help="it counts for nobody")] = False,
    points: Annotated[float | None, typer.Option(min=0, help="it is worth so many")] = None,
    give: Annotated[bool, typer.Option("--give", help="all who hand in get its points")] = False,
    take_back: Annotated[bool, typer.Option("--take-back", help="no longer give it away")] = False,
):
    """Show what the questions are worth, or change that: drop, reweight, give away."""
    from nngrade.commands import question

    question.run(Course(course_root()), assignment, name, drop, points, give, take_back)


@app.command(rich_help_panel=SOURCE)
def notebooks(write: bool = typer.Option(False, "--write", help="bring them into the canonical form")):
    """Check that all notebooks are stored in the canonical form, or bring them into it."""
    from nngrade.commands import notebooks

    raise typer.Exit(notebooks.run(course_root(), write))


def main():
    """Run a command; a mistake that people make ends in a sentence, not in a traceback."""
    try:
        os.getcwd()
    except FileNotFoundError:
        sys.exit("nngrade: The folder that you are in was deleted. Change into the course folder and try again.")
    try:
        for stream in (sys.stdout, sys.stderr):
            stream.reconfigure(errors="replace")  # not every terminal takes UTF-8
        app()
    except CourseError as error:
        sys.exit(f"nngrade: {error}")
    except OSError as error:
        sys.exit(f"nngrade: {in_words(error)}")
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] in ("nngrade", ""):
            raise  # that is a mistake of ours
        sys.exit(not_installed(error))
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # to end what is warm takes a moment, which Ctrl-C can't shorten


if __name__ == "__main__":
    main()
