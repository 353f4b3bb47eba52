"""Makes one CaptureSession per visit and passes the newest preview to the window."""

from __future__ import annotations

import threading
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from drivers.port import PortraitRead
from kiosk.camera.port import Camera, Zone
from kiosk.face.port import FaceEngine
from kiosk.holding.permission import HoldNotAllowed
from kiosk.station.ports import CameraGone, CaptureEnded, CaptureEvent
from kiosk.workers.capture import CaptureSession, CaptureSettings
from kiosk.workers.crew import Crew

Post = Callable[[Callable[[], None]], None]
ZonePicture = npt.NDArray[np.uint8]


class Capturing:
    """Implements kiosk.station.ports.Capture. ``hold_key``: None where the event holds no captures."""

    def __init__(
        self,
        camera: Camera | None,
        engine: FaceEngine | None,
        settings: CaptureSettings,
        post: Post,
        show_preview: Callable[[ZonePicture | None], None],
        hold_key: bytes | None = None,
    ) -> None:
        self._camera, self._engine, self._settings = camera, engine, settings
        self._post, self._show_preview, self._hold_key = post, show_preview, hold_key
        self._crew = Crew("capture", 2 if camera is not None else 0)
        self._session: CaptureSession | None = None
        self._showing = False
        self._pending = threading.Event()
        self.deliver: Callable[[CaptureEvent], None] = lambda event: None

    @classmethod
    def without_camera(cls, post: Post) -> Capturing:
        """For a station without a face lane: whatever is asked, there is nothing to capture with."""
        return cls(None, None, CaptureSettings(Zone()), post, lambda picture: None)

    def prepare(self) -> None:
        if self._camera is None or self._engine is None:
            self._post(lambda: self.deliver(CameraGone("not_found")))
            return
        self._showing = True
        self._session = CaptureSession(
            self._camera,
            self._engine,
            self._settings,
            self._post,
            self._from_session,
            self._preview,
            self._crew.begin,
        )

    def start_frames(self, *, keep: bool = False) -> None:
        if keep and self._hold_key is None:
            raise HoldNotAllowed
        if self._session is not None:
            self._session.start_frames(self._hold_key if keep else None)

    def give_reference(self, portrait: PortraitRead) -> None:
        if self._session is not None:
            self._session.give_reference(portrait)
        else:
            portrait.data.wipe()

    def restart(self) -> None:
        if self._session is not None:
            self._session.restart()

    def close(self, *, seal: bool = False) -> None:
        if seal and self._hold_key is None:
            raise HoldNotAllowed
        self._showing = False
        self._show_preview(None)
        if self._session is not None:
            self._session.close(seal=seal)
        else:
            self._post(lambda: self.deliver(CaptureEnded()))

    def stop(self, timeout_s: float = 3.0) -> None:
        """End of the program: close and wait."""
        session, self._session = self._session, None
        if session is not None:
            session.close()
            session.join(timeout_s)
        self._crew.stop()
        if self._engine is not None:
            self._engine.close()

    def _from_session(self, event: CaptureEvent) -> None:
        if isinstance(event, CaptureEnded):
            self._session, self._showing = None, False
            self._show_preview(None)
        self.deliver(event)

    def _preview(self, picture: ZonePicture) -> None:
        # One preview under way at a time: a busy window drops pictures instead of queueing them.
        if self._pending.is_set():
            return
        self._pending.set()

        def show() -> None:
            self._pending.clear()
            if self._showing:
                self._show_preview(picture)

        self._post(show)
