"""Import: rows of a table of unknown make become cases, by the same rules as when they are typed in.

``columns``: what the file's columns become. ``dates``: how its days are read. ``rows``: its rows as cases, or what
is wrong with them. What is found by looking is told; what cannot be known is refused.
"""

from klagreg.importing.columns import (
    ID,
    SOURCE,
    TARGETS,
    BadMap,
    ColumnMap,
    Plan,
    checked_format,
    field_named,
    laid_over,
    read_map,
)
from klagreg.importing.rows import Fault, ImportResult, Intake, Known, RowsRefused, SetAside

__all__ = [
    "ID",
    "SOURCE",
    "TARGETS",
    "BadMap",
    "ColumnMap",
    "Fault",
    "ImportResult",
    "Intake",
    "Known",
    "Plan",
    "RowsRefused",
    "SetAside",
    "checked_format",
    "field_named",
    "laid_over",
    "read_map",
]
