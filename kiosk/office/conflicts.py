"""Every ticket that was used twice, or wrongly, while the base was away: its uses as scanned; on paper, too."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from kiosk.base.seen import Use
from kiosk.office.files import FolderPages, PathPages
from kiosk.office.subject import Room, Subject
from kiosk.office.view import Act, Column, ListPage, Mark, Row, Told, Weight
from kiosk.text import Texts
from kiosk.vault.key_file import write_private

_COLUMNS = {"ticket": 1.0, "order": 0.6, "at": 1.6, "station": 1.2, "group": 0.8, "lane": 0.8, "what": 1.6, "how": 1.3}


class ConflictPages(Subject):
    def __init__(
        self,
        room: Room,
        conflicts: Callable[[], list[Use]],
        paper: Callable[[list[Use], str], bytes],
        folders: tuple[Path, ...],
    ) -> None:
        self._room, self._conflicts, self._paper, self._folders = room, conflicts, paper, folders
        self._uses: list[Use] = []

    def open(self, told: Told | None = None) -> None:
        def show(uses: list[Use]) -> None:
            self._uses = uses
            self._room.show(conflicts_page(uses, self._room.texts, told))

        def failed(why: Told) -> None:
            self._room.show(ListPage(self._room.texts("office.conflicts.title"), (), (), told=why))

        self._room.ask(self._conflicts, show, failed)

    def act(self, name: str, row: str) -> None:
        if name == "again":
            self.open()
        elif name == "paper" and self._uses:
            uses = self._uses
            self._room.enter(
                lambda room: _PaperPages(room, self._folders, lambda: self._paper(uses, room.texts.language))
            )


class _PaperPages(PathPages):
    """Where the paper goes; then it is made."""

    def __init__(self, room: Room, folders: tuple[Path, ...], paper: Callable[[], bytes]) -> None:
        self._room, self._paper = room, paper
        self._files = FolderPages(room, folders, (), room.texts("office.conflicts.choose"), self._make)

    def _make(self, folder: Path) -> None:
        room = self._room
        stamp = f"{datetime.fromtimestamp(room.clock.now()).astimezone():%Y%m%d-%H%M%S}"
        file = folder / f"conflicts-{stamp}.pdf"
        done = Told(Mark.GOOD, room.texts("office.conflicts.made", file=file.name))
        self._files.open(Told(Mark.NONE, room.texts("office.conflicts.making")))
        room.ask(lambda: write_private(file, self._paper()), lambda _: room.leave(done), self._files.open)


def conflicts_page(uses: list[Use], texts: Texts, told: Told | None = None) -> ListPage:
    """Ticket by ticket; a use that the base could not agree to has a mark."""
    rows, order, before = [], 0, ("", "")
    for number, use in enumerate(uses):
        order = order + 1 if (use.session, use.reference) == before else 1
        before = (use.session, use.reference)
        rows.append(Row(str(number), use_cells(use, order, texts), Mark.NONE if use.kind == "admitted" else Mark.LOOK))
    tickets = len({(use.session, use.reference) for use in uses})
    columns = tuple(Column(texts(f"office.conflicts.column.{name}"), share) for name, share in _COLUMNS.items())
    acts = (Act("again", texts("office.again")), Act("paper", texts("office.conflicts.paper"), Weight.PRIMARY))
    return ListPage(
        texts("office.conflicts.title"),
        columns,
        tuple(rows),
        texts("office.conflicts.lead", count=tickets) if uses else "",
        told,
        acts=acts if uses else acts[:1],
        empty=texts("office.conflicts.none"),
    )


def use_cells(use: Use, order: int, texts: Texts) -> tuple[str, ...]:
    """One use in words: ticket, which of its uses, when, where, in which lane, what became of it, who decided."""
    return (
        use.reference[-6:],
        str(order),
        f"{datetime.fromtimestamp(use.scanned_at).astimezone():%m-%d %H:%M:%S}",
        use.station,
        use.gate_group,
        texts(f"office.conflicts.lane.{use.lane}"),
        texts("office.conflicts.kind.undone" if use.undone else f"office.conflicts.kind.{use.kind}"),
        texts("office.conflicts.alone" if use.offline else "office.conflicts.with_base"),
    )
