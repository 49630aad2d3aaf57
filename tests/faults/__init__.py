"""The fault suite: what is done to klagreg from outside, and what must hold after it.

Each fault is a function marked :func:`tests.faults.frame.fault`: how often it is tried at every commit
(``tests/test_faults.py``) and how often when somebody asks for all of it::

    python -m tests.faults               every fault, as often as at a commit
    python -m tests.faults R1 R4 --all   these, as often as before a release

prints a table: fault, tries, violations.
"""
