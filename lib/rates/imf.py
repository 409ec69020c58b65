"""International Monetary Fund: the representative rate of the tenge, bundled history only.

The series ends in 2019 and is not corrected any more, so nothing is asked: the source is switched off
in the catalogue and its rows come with `lib.snapshot`.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import date

from lib.catalog import Source
from lib.net import Client
from lib.rates import Pause, Row


def fetch(_client: Client, _source: Source, _since: date, _until: date, _pause: Pause = time.sleep) -> Iterator[Row]:
    """Nothing: there is nothing new."""
    return iter(())
