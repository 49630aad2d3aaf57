"""``python -m klagreg`` and the console script."""

from klagreg.cli.frame import main

if __name__ == "__main__":
    main()
