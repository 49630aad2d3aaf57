"""``python -m tests.faults [ROW …] [--all] [--in FOLDER]``: try faults and print what came of it."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from tests.faults import plan
from tests.faults.frame import Fault, Trial

WIDTHS = (6, 60, 9, 11)


def main() -> int:
    """Print a table: row, fault, tries, violations; 1 if something did not hold, or a control found nothing."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("rows", nargs="*", metavar="ROW", help="rows of the plan, as R1; none: every row")
    parser.add_argument("--all", action="store_true", help="as often as before a release, not as at a commit")
    parser.add_argument("--in", dest="folder", type=Path, help="where the registers are made (a disk, or memory)")
    given = parser.parse_args()
    chosen = [f for row, f in plan.faults().items() if not given.rows or row.split("-")[0] in given.rows]
    failed = False
    _line("", "fault", "tries", "violations", "")
    for fault in chosen:
        if missing := fault.missing():
            _line(fault.row, fault.title, "–", "NOT TRIED", f"missing: {', '.join(missing)}")
            continue
        budget = fault.release if given.all else fault.commit
        if not budget:
            _line(fault.row, fault.title, "–", "–", "with --all only")
            continue
        trial = fault.tried(budget, given.folder)
        failed |= _told(fault, trial)
    return int(failed)


def _told(fault: Fault, trial: Trial) -> bool:
    """Print how it went; true if it went wrong."""
    wrong = bool(trial.violations) != fault.control
    share = f" ({len(trial.violations) / max(trial.tries, 1):.0%})" if fault.control else ""
    figures = ", ".join(f"{name} {value}" for name, value in trial.figures.items())
    _line(fault.row, fault.title, f"{trial.tries:,}", f"{len(trial.violations):,}{share}", figures)
    for violation in [] if fault.control else trial.violations[:10]:
        print(f"       {violation}")
    return wrong


def _line(*cells: str) -> None:
    *columns, rest = cells
    print("  ".join([*(c.ljust(w) for c, w in zip(columns, WIDTHS, strict=True)), rest]).rstrip(), flush=True)


if __name__ == "__main__":
    sys.exit(main())
