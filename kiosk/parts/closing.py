"""How a station's event is closed without anybody asking: by a process that outlives the station."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from functools import partial

from kiosk.closing.by_itself import start_closing
from kiosk.closing.journal import Because
from kiosk.config.places import EventPlace
from kiosk.config.station import StationConfig

Closes = Callable[[Because], subprocess.Popen[bytes]]


def closes(config: StationConfig, place: EventPlace) -> Closes:
    """Where the machine file has ``[base]``, one that tells the base when it is done."""
    if config.machine.base is None:
        return partial(start_closing, place)
    from kiosk.base import closing_here  # a station without a base loads nothing of it

    return partial(closing_here.start_closing, place)
