"""How a bug of our own reaches the log: its type and place. Its message may quote what somebody's document said."""

from __future__ import annotations

import logging
import traceback
from pathlib import Path


def note_bug(log: logging.Logger, bug: BaseException) -> None:
    """One line: type and the innermost places, never the message."""
    frames = traceback.extract_tb(bug.__traceback__)[-4:]
    places = " < ".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in reversed(frames))
    log.error("bug: %s at %s", type(bug).__name__, places)
