"""Has nbgrader grade by the trusted path. nbgrader_config.py calls it in every command, so nothing heavy here."""

import sys
from pathlib import Path

HERE = "nngrade.nbgrader_execute"


def use(config):
    """Set `config`, the c of nbgrader_config.py: nbgrader then runs nbgrader_execute.py in place of its own steps."""
    config.Autograde.exporter_class = f"{HERE}.ReleaseExporter"
    config.Autograde.sanitize_preprocessors = ["nbgrader.preprocessors.CheckCellMetadata"]
    config.Autograde.autograde_preprocessors = [
        f"{HERE}.TrustedExecute",
        "nbconvert.preprocessors.ClearMetadataPreprocessor",
        f"{HERE}.SaveTrustedGrades",
        "nbgrader.preprocessors.CheckCellMetadata",
    ]
    config.Autograde.pre_convert_hook = f"{HERE}.remove_links"
    config.Autograde.post_convert_hook = f"{HERE}.keep_records"
    config.GenerateFeedback.exporter_class = "nngrade.nbgrader_feedback.Page"
    _mark(config)


def _mark(config):
    """What formgrader shows while somebody marks: nothing else of nbgrader's uses this exporter."""
    config.HTMLExporter.preprocessors = ["nngrade.marking.page.Marking"]
    config.HTMLExporter.filters = {"markdown2html": "nngrade.feedback.text.text_in_formgrader"}  # no network
    config.HTMLExporter.template_file = str(Path(__file__).parent / "marking" / "marking.html.j2")
    if "nbgrader.server_extensions.formgrader" in sys.modules:
        from nngrade.marking.times import believe_less

        believe_less()
