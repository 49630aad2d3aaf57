"""``python -m klagreg`` and the console script."""

from __future__ import annotations

import gc
import sys
from typing import NoReturn

from klagreg.cli import signals

OFTEN_ENOUGH = 50_000
"""Objects that are made before Python looks for those that only hold each other; its own choice is 700.

A daily command makes twenty thousand, most of them in its modules, which stay.
"""


def main() -> NoReturn:
    """Be interruptible in order from the first moment on, then load the frame and run it."""
    signals.listen()
    gc.set_threshold(OFTEN_ENOUGH)
    try:
        from klagreg.cli import frame
    except KeyboardInterrupt:
        if sys.stderr is not None:
            sys.stderr.write("Avbrutet. Inget är ändrat.\n")
        sys.exit(130)
    frame.main()


if __name__ == "__main__":
    main()
