"""A second, dumb way to every number of the workbook (``tests/test_recount.py``)."""
