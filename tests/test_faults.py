"""Every fault of the plan, as often as a commit can wait for: ``pytest -m faults``, which ``.ci/run`` runs too."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults import plan
from tests.faults.frame import Fault

AT_A_COMMIT = [pytest.param(fault, id=row) for row, fault in plan.faults().items() if fault.commit]


@pytest.mark.faults
@pytest.mark.parametrize("fault", AT_A_COMMIT)
def test_what_was_promised_holds(fault: Fault, tmp_path: Path) -> None:
    if missing := fault.missing():
        pytest.skip(f"NOT TRIED, {fault.row} {fault.title}: {', '.join(missing)} is missing")
    trial = fault.tried(fault.commit, tmp_path)
    print(f"{fault.row} {fault.title}: {trial.tries} tries, {trial.figures}")
    assert trial.tries
    if fault.control:
        assert trial.violations, "the instrument finds nothing where there is something to find"
    else:
        assert trial.violations == []
