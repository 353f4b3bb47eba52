"""The attendee's window as the station uses it: views in, preview pictures in, observer and ears listening."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from kiosk.observer import Observer
from kiosk.ui.station_window import StationWindow
from kiosk.visit.view import View
from kiosk.workers.pulse import Pulse
from kiosk.workers.sounding import Sounding


class AttendeeWindow:
    """Implements kiosk.station.ports.Window."""

    def __init__(self, window: StationWindow, observer: Observer, pulse: Pulse, sounds: Sounding) -> None:
        self._window, self._observer, self._pulse, self._sounds = window, observer, pulse, sounds
        window.touched.connect(sounds.touched)

    def show_view(self, view: View) -> None:
        self._window.show_view(view)
        self._sounds.view_shown(view)
        self._observer.view_shown(view)

    def set_camera_on(self, on: bool) -> None:
        self._window.set_camera_on(on)
        self._observer.camera(on)

    def show_staff_called(self, called: bool) -> None:
        """Whether a call has reached somebody."""
        self._window.show_staff_called(called)
        self._sounds.staff_called(called)

    def show_preview(self, picture: npt.NDArray[np.uint8] | None) -> None:
        """``picture``: the zone, rows x columns x 3 in blue-green-red; copied before this returns."""
        self._window.set_preview(picture)
        if picture is None:
            self._pulse.preview_ended()
        else:
            self._pulse.preview_painted()
