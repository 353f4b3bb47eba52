"""The attendee's window as the station uses it: views in, preview pictures in, the observer listening."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from kiosk.observer import Observer
from kiosk.ui.station_window import StationWindow
from kiosk.visit.view import View
from kiosk.workers.pulse import Pulse


class AttendeeWindow:
    """Implements kiosk.station.ports.Window."""

    def __init__(self, window: StationWindow, observer: Observer, pulse: Pulse) -> None:
        self._window, self._observer, self._pulse = window, observer, pulse

    def show_view(self, view: View) -> None:
        self._window.show_view(view)
        self._observer.view_shown(view)

    def set_camera_on(self, on: bool) -> None:
        self._window.set_camera_on(on)
        self._observer.camera(on)

    def show_preview(self, picture: npt.NDArray[np.uint8] | None) -> None:
        """``picture``: the zone, rows x columns x 3 in blue-green-red; copied before this returns."""
        self._window.set_preview(picture)
        if picture is None:
            self._pulse.preview_ended()
        else:
            self._pulse.preview_painted()
