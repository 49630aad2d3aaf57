"""``python -m klagreg`` and the console script."""

from __future__ import annotations

import sys
from typing import NoReturn

from klagreg.cli import signals


def main() -> NoReturn:
    """Be interruptible in order from the first moment on, then load the frame and run it."""
    signals.listen()
    try:
        from klagreg.cli import frame
    except KeyboardInterrupt:
        if sys.stderr is not None:
            sys.stderr.write("Avbrutet. Inget är ändrat.\n")
        sys.exit(130)
    frame.main()


if __name__ == "__main__":
    main()
