"""What comes in at a desk, and whether anybody is there to take it: a locked screen looks at no document."""

from __future__ import annotations

from drivers.port import CodeScanned, DeviceLost, DeviceReady, DocumentEvent, IdentityRead, PortraitRead, ScannerEvent
from kiosk.accounts.badge import is_badge
from kiosk.station.desk import Desk
from kiosk.station.desk_login import DeskLogin
from kiosk.station.desk_view import WaitingCall


class Door:
    """A desk without a log-in: everything reaches it but badges, which are no tickets. Window's thread."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def on_document(self, event: DocumentEvent) -> None:
        self._desk.on_document(event)

    def on_scanner(self, event: ScannerEvent) -> None:
        if not (isinstance(event, CodeScanned) and is_badge(event.untrusted_code)):
            self._desk.on_scanner(event)

    def on_calls(self, calls: tuple[WaitingCall, ...]) -> None:
        self._desk.on_calls(calls)


class LockedDoor(Door):
    """A desk with one. A badge opens or hands over; what is read while nobody is logged in is overwritten at once."""

    def __init__(self, desk: Desk, login: DeskLogin) -> None:
        super().__init__(desk)
        self._login = login

    def on_document(self, event: DocumentEvent) -> None:
        if self._login.open or isinstance(event, DeviceReady | DeviceLost):
            self._login.on_activity()
            super().on_document(event)
        elif isinstance(event, IdentityRead):
            event.name.wipe()
        elif isinstance(event, PortraitRead):
            event.data.wipe()

    def on_scanner(self, event: ScannerEvent) -> None:
        if isinstance(event, CodeScanned) and is_badge(event.untrusted_code):
            self._login.on_badge(event.untrusted_code)
        elif self._login.open:
            self._login.on_activity()
            super().on_scanner(event)

    def on_calls(self, calls: tuple[WaitingCall, ...]) -> None:
        """Whoever waits for staff is seen on a locked screen, too."""
        self._login.on_calls(calls)
        super().on_calls(calls)
