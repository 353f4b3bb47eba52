"""Between the gate's board and the attendee's window: presses in, lamps out, faults to whoever mends them."""

from __future__ import annotations

from drivers.port import (
    ButtonFaulty,
    ButtonMended,
    ButtonPressed,
    ButtonSide,
    DeviceLost,
    DeviceReady,
    GateEvent,
)
from kiosk.audit.catalogue import Kind
from kiosk.ui.lit_buttons import LitButtons
from kiosk.ui.station_window import StationWindow
from kiosk.workers.auditing_acts import Note


class ButtonDesk:
    """Implements what kiosk.parts.devices hands the gate's task. All in the window's thread, but ``lit``."""

    def __init__(self, window: StationWindow, buttons: LitButtons, note: Note) -> None:
        self._window, self._buttons, self._note = window, buttons, note
        self._lit: frozenset[ButtonSide] = frozenset()
        buttons.lit.connect(self._on_lit)
        self._show_faulty(frozenset(ButtonSide))  # until the board answers

    @property
    def lit(self) -> frozenset[ButtonSide]:
        """Which lamps are to be on; any thread, a set is replaced and never changed."""
        return self._lit

    def on_board(self, event: GateEvent) -> None:
        """A faulty button is recorded as a device that is lost, once, and is dark until it is mended."""
        match event:
            case ButtonPressed(side=side):
                self._buttons.press(side)
            case ButtonFaulty(side=side, fault=fault):
                self._note(Kind.DEVICE_LOST, success=False, device=_device(side), reason=str(fault))
                self._show_faulty(self._faulty | {side})
            case ButtonMended(side=side) if side in self._faulty:
                self._note(Kind.DEVICE_READY, device=_device(side))
                self._show_faulty(self._faulty - {side})
            case DeviceLost():
                self._show_faulty(frozenset(ButtonSide))  # nobody would hear a press; touch and keys go on
            case DeviceReady():
                self._show_faulty(frozenset())

    def _show_faulty(self, faulty: frozenset[ButtonSide]) -> None:
        self._faulty = faulty
        self._window.show_faulty_buttons(faulty)

    def _on_lit(self, lit: frozenset[ButtonSide]) -> None:
        self._lit = lit


def button_desk(window: StationWindow, note: Note) -> ButtonDesk | None:
    """None where the window stands without buttons."""
    return None if window.lit_buttons is None else ButtonDesk(window, window.lit_buttons, note)


def _device(side: ButtonSide) -> str:
    return f"{side}_button"
