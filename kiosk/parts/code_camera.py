"""The camera that reads ticket codes at a desk without a scanner: only when asked for, while nobody is served."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable

from drivers.port import CodeScanned
from kiosk.audit.catalogue import Kind
from kiosk.parts.common import Common
from kiosk.station.desk_view import DeskState, DeskView
from kiosk.station.login_view import LoginStep, LoginView
from kiosk.ui.desk_window import DeskWindow
from kiosk.workers.code_camera import CodeCamera


class DeskCodes:
    """Between the desk's window and its code camera. Window's thread."""

    def __init__(self, common: Common, window: DeskWindow, scanned: Callable[[CodeScanned], None]) -> None:
        self._common = common
        self._camera: CodeCamera | None = None
        self._at_rest, self._somebody = False, not common.config.accounts_required
        if common.config.machine.code_camera is None:
            return
        fits = common.config.event.ticket_code.fits
        self._camera = CodeCamera(command(common), fits, common.mailbox.post, window.show_code_look, scanned)
        window.offer_code_camera()
        window.code_camera_tapped.connect(self.on_tapped)
        window.login_shown.connect(self.on_login)

    def on_tapped(self) -> None:
        """The button: look, or stop looking."""
        if self._camera is None:
            return
        if self._camera.looking:
            self._camera.cancel()
        elif self._at_rest and self._somebody:
            self._common.audit.note(Kind.STAFF_OPENED_CAMERA, self._common.acting.principal().name)
            self._camera.look()

    def on_desk(self, view: DeskView) -> None:
        """Somebody is on the screen, or the desk does not serve: no code is wanted."""
        self._at_rest = view.state is DeskState.WAITING
        self._mind()

    def on_login(self, view: LoginView) -> None:
        self._somebody = view.step is LoginStep.OPEN
        self._mind()

    def stop(self) -> None:
        if self._camera is not None:
            self._camera.stop()

    def _mind(self) -> None:
        if self._camera is not None and self._camera.looking and not (self._at_rest and self._somebody):
            self._camera.cancel()


def command(common: Common) -> list[str]:
    """The process that looks once."""
    camera = common.config.machine.code_camera
    assert camera is not None
    size = [str(camera.width_px), str(camera.height_px)]
    told = ["--parent-pid", str(os.getpid()), "--kind", camera.kind.value, "--device", camera.device, "--size", *size]
    rehearsal = ["--rehearsal"] if common.config.rehearsal else []
    return [sys.executable, "-s", "-P", "-m", "kiosk.codes.start", *told, *rehearsal]
