"""What a desk says of the camera that reads ticket codes."""

from __future__ import annotations

from enum import StrEnum


class CodeLook(StrEnum):
    """``LOOKING`` is the only one in which the camera may be open; the three last say how a look ended without code."""

    OFF = "off"
    LOOKING = "looking"
    NOTHING = "nothing"  # no code was seen in time
    OTHER = "other"  # a code that is none of this event's
    NO_CAMERA = "no_camera"
