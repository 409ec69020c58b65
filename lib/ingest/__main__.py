"""`python -m lib.ingest`: see `command.py`."""

from lib.ingest.command import main

if __name__ == "__main__":
    raise SystemExit(main())
