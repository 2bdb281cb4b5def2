"""While a person marks in formgrader: model answer and rubric beside the text, and the way to who waits next.

Set in nbgrader_config.py by nbgrader_settings.py. Nothing here goes back to students.
"""
