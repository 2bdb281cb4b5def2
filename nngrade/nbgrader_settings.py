"""Has nbgrader grade by the trusted path. nbgrader_config.py calls it in every command, so nothing heavy here."""

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
    config.HTMLExporter.preprocessors = ["nngrade.nbgrader_marking.ModelAnswers"]  # in formgrader
    config.HTMLExporter.filters = {"markdown2html": "nngrade.feedback.text.markdown"}  # formulas without a network
