"""What a new or renewed account's person gets in hand: shown once, and gone with the page."""

from __future__ import annotations

from kiosk.accounts.book import Issued
from kiosk.accounts.second_factor import uri
from kiosk.office.subject import Room, Subject
from kiosk.office.view import Act, Group, Mark, SheetPage, Told, Weight


class IssuedSheet(Subject):
    def __init__(self, room: Room, issued: Issued) -> None:
        self._room, self._issued = room, issued

    def open(self, told: Told | None = None) -> None:
        texts, issued = self._room.texts, self._issued
        fields = (
            (texts("office.issued.account"), issued.account.account_id),
            (texts("office.issued.password"), issued.secret),
        )
        self._room.show(
            SheetPage(
                texts("office.issued.title"),
                (Group(texts("office.issued.heading"), fields),),
                texts("office.issued.lead"),
                Told(Mark.LOOK, texts("office.issued.once")),
                uri(issued.second, issued.account.account_id),
                texts("office.issued.scan"),
                (Act("seen", texts("office.issued.done"), Weight.PRIMARY),),
            )
        )

    def act(self, name: str, row: str) -> None:
        self._room.leave(None)
