"""The slip on the screen and on paper: shown at once, printed where there is a printer, and again as often as asked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from kiosk.office.view import Act, Mark, Told, Weight
from kiosk.station.desk_page import DeskPage
from kiosk.station.desk_view import DeskState
from kiosk.station.page_shell import PageShell
from kiosk.station.slip import Slip, SlipWords, slip_block, slip_code
from kiosk.text import Texts

PRINT, NEXT = "print", "next"
REFUSED = "slip.refused"
_STAYS = frozenset({DeskState.REFUSED, DeskState.WAITING, DeskState.FACTS, DeskState.ADMITTED})


class Printing(Protocol):
    """The desk's printer, asked without waiting."""

    @property
    def there(self) -> bool:
        """Whether this desk has one."""

    def print_slip(self, slip: Slip, done: Callable[[str], None]) -> None:
        """``done`` hears "" once it is on paper, or why not: paper_out, cover_open, offline, no_answer."""


class Slips:
    """Window's thread. ``words``: what the event says, in a language. The last slip stays until the next one."""

    def __init__(
        self,
        shell: PageShell,
        printing: Printing,
        words: Callable[[str], SlipWords],
        texts: Callable[[], Texts],
        on_next: Callable[[], None],
    ) -> None:
        self._shell, self._printing, self._words, self._texts = shell, printing, words, texts
        self._on_next = on_next
        self._slip: Slip | None = None
        self._said = ""

    @property
    def last(self) -> Slip | None:
        return self._slip

    def give(self, slip: Slip) -> None:
        """A fresh slip: on the screen, and on its way to the printer."""
        self._slip, self._said = slip, ""
        if self._printing.there:
            self._print()
        self.show()

    def show(self) -> None:
        """The last slip, if there is one."""
        if self._slip is not None:
            self._shell.show(self, self._page(self._slip), _STAYS)

    def forget(self) -> None:
        """The event is over, or somebody else works here."""
        self._slip = None

    def on_act(self, name: str) -> None:
        if name == PRINT and self._said != "printing":
            self._print()
            self.show()
        elif name == NEXT:
            self._shell.close()
            if self._ends_the_visit:
                self._on_next()

    def on_back(self) -> None:
        self.on_act(NEXT)

    @property
    def _ends_the_visit(self) -> bool:
        """Whoever was refused goes; whoever asked about their data may still come in."""
        return self._slip is not None and self._slip.stem == REFUSED

    def _print(self) -> None:
        slip = self._slip
        if slip is not None:
            self._said = "printing"
            self._printing.print_slip(slip, lambda fault: self._done(slip, fault))

    def _done(self, slip: Slip, fault: str) -> None:
        if slip is self._slip:
            self._said = fault or "printed"
            if self._shell.shows(self):
                self.show()

    def _page(self, slip: Slip) -> DeskPage:
        texts = self._texts()
        block = slip_block(slip, self._words(texts.language), texts)
        told = None
        if self._said:
            marks = {"printing": Mark.UNKNOWN, "printed": Mark.GOOD}
            known = self._said if texts.has(f"slip.told.{self._said}") else "no_answer"
            told = Told(marks.get(self._said, Mark.LOOK), texts(f"slip.told.{known}"))
        again = (Act(PRINT, texts("slip.print_again" if self._said else "slip.print")),) if self._printing.there else ()
        return DeskPage(
            block.title,
            block.sentence,
            told,
            facts=block.facts,
            code=slip_code(block),
            code_words=texts("slip.scan"),
            acts=(*again, Act(NEXT, texts("desk.next" if self._ends_the_visit else "lane_stop.done"), Weight.PRIMARY)),
            back=False,
        )
