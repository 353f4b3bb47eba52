"""Taking an admission back some minutes later: a supervisor, within a quarter of an hour, as a second record."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from kiosk.domain.access import Action, Principal
from kiosk.ledger.port import Admission
from kiosk.office.view import Act, Mark, Told, Weight
from kiosk.station.desk_page import DeskPage, Tile
from kiosk.station.page_shell import PageShell
from kiosk.text import Texts

MOST_SHOWN = 9
UNDO = "undo"


class LateStore(Protocol):
    def recent(self, answered: Callable[[list[Admission]], None], failed: Callable[[str], None]) -> None: ...

    def undo_late(self, admission_id: str, answered: Callable[[bool], None], failed: Callable[[str], None]) -> None: ...


class LateUndo:
    """``describe``: an admission in a few words that name nobody. ``undone``: puts it on record."""

    def __init__(
        self,
        shell: PageShell,
        store: LateStore,
        principal: Callable[[], Principal],
        texts: Callable[[], Texts],
        describe: Callable[[Admission], str],
        undone: Callable[[bool], None],
    ) -> None:
        self._shell, self._store, self._principal, self._texts = shell, store, principal, texts
        self._describe, self._undone = describe, undone
        self._known: dict[str, str] = {}
        self._chosen, self._said = "", ""

    @property
    def offered(self) -> bool:
        return self._principal().may(Action.UNDO_ADMISSION_LATE)

    def start(self) -> None:
        self._known, self._chosen, self._said = {}, "", "asking"
        self._ask()
        self._show()

    def on_act(self, name: str) -> None:
        """A row asks first; the button that has to be held does it."""
        if name in self._known:
            self._chosen, self._said = name, ""
            self._show()
        elif name == UNDO and self._chosen and self.offered:
            chosen, self._chosen, self._said = self._chosen, "", "asking"
            self._store.undo_late(chosen, self._answered, self._failed)
            self._show()

    def on_back(self) -> None:
        if self._chosen:
            self._chosen = ""
            self._show()
        else:
            self._shell.close()

    def _ask(self) -> None:
        self._store.recent(self._listed, self._failed)

    def _listed(self, recent: list[Admission]) -> None:
        self._known = {one.admission_id: self._describe(one) for one in recent[:MOST_SHOWN]}
        self._chosen = self._chosen if self._chosen in self._known else ""
        self._said = "" if self._said == "asking" else self._said
        self._refresh()

    def _answered(self, done: bool) -> None:
        self._undone(done)
        self._said = "done" if done else "late"
        self._ask()

    def _failed(self, code: str) -> None:
        self._said = "failed"
        self._refresh()

    def _refresh(self) -> None:
        if self._shell.shows(self):
            self._show()

    def _show(self) -> None:
        texts = self._texts()
        marks = {"asking": Mark.UNKNOWN, "done": Mark.GOOD, "late": Mark.LOOK, "failed": Mark.BAD}
        told = Told(marks[self._said], texts(f"late.told.{self._said}")) if self._said else None
        if self._chosen:
            act = Act(UNDO, texts("late.hold"), Weight.DANGER)
            page = DeskPage(self._known[self._chosen], texts("late.sure"), told, acts=(act,))
        else:
            tiles = tuple(Tile(key, words) for key, words in self._known.items())
            lead = texts("late.lead" if tiles or self._said else "late.none")
            page = DeskPage(texts("late.title"), lead, told, tiles=tiles)
        self._shell.show(self, page)
