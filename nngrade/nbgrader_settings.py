"""Has nbgrader grade by the trusted path: for nbgrader_config.py, which every command reads, so nothing heavy here."""

HERE = "nngrade.nbgrader_execute"


def use(config):
    """Have nbgrader grade this way: for nbgrader_config.py."""
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
