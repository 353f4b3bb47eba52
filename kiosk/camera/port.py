"""The camera, in the three steps the visit needs: open (configured, no frame), start, close."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

BgrImage = npt.NDArray[np.uint8]
"""Height x width x 3, blue-green-red, 0..255."""


@dataclass(frozen=True)
class Frame:
    """One picture. ``image`` is the owner's to overwrite; ``captured_at_s`` is monotonic."""

    image: BgrImage
    captured_at_s: float


class CameraUnavailable(Exception):
    """The camera cannot be opened or has gone. ``code``: not_allowed, not_found, busy, lost, bad_format."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Camera(Protocol):
    """Used by one thread. ``opened_count`` counts handle openings since construction (R-05)."""

    opened_count: int

    @property
    def is_open(self) -> bool: ...

    def open(self) -> None:
        """Open and configure the device handle; no frame is pulled. Raises CameraUnavailable."""

    def read(self, timeout_s: float) -> Frame | None:
        """The newest frame, starting the stream on first use; None on time-out. Raises CameraUnavailable."""

    def close(self) -> None:
        """Stop and release the handle within 0.5 s; calling twice is fine."""


@runtime_checkable
class Metered(Protocol):
    """A camera that can set its exposure by what it is told of the face."""

    def meter(self, level: float, at_s: float) -> None:
        """``level`` (0..255): mean of the face's box in the frame of ``at_s``. In the thread that uses the camera."""


@dataclass(frozen=True)
class Zone:
    """The capture zone as fractions of the frame: pixels outside are zero before any detector runs (R-17)."""

    left: float = 0.28
    top: float = 0.04
    right: float = 0.72
    bottom: float = 0.98
