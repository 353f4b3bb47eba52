"""Closing an event: what will be destroyed, a button that has to be held, the steps, what was found afterwards."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedLayout

from kiosk.text import Texts
from kiosk.ui.buttons import Button
from kiosk.ui.close_pages import AskPage, EndPage, WorkPage
from kiosk.ui.close_view import CloseFacts, CloseResult, CloseStep
from kiosk.ui.framed_window import FramedWindow
from kiosk.ui.hold_button import HoldButton
from kiosk.ui.tokens import DAY, Palette


class CloseWindow(FramedWindow):
    """``close_confirmed``: the button was held. ``certificate_wanted``: show it; this window stays.

    ``cancelled``, ``finished``: leave this window.
    """

    close_confirmed = Signal()
    cancelled = Signal()
    finished = Signal()
    certificate_wanted = Signal()

    def __init__(
        self,
        texts_for: Callable[[str], Texts],
        language: str,
        now: Callable[[], float],
        *,
        rehearsal: bool = False,
        palette_tokens: Palette = DAY,
        motion: bool = True,
    ) -> None:
        super().__init__(now, palette_tokens=palette_tokens, motion=motion)
        self._texts = texts_for(language)
        self._mark = self._texts("common.rehearsal") if rehearsal else ""
        self._ask, self._work, self._end = AskPage(self._texts), WorkPage(self._texts), EndPage(self._texts)
        self._stack = QStackedLayout()
        self.fill(self._stack)
        for page in (self._ask, self._work, self._end):
            self._stack.addWidget(page)
        self._ask.hold.held.connect(self.close_confirmed)
        self._ask.cancel.clicked.connect(self.cancelled)
        self._end.done.clicked.connect(self.finished)
        self._end.certificate.clicked.connect(self.certificate_wanted)

    @property
    def hold_button(self) -> HoldButton:
        return self._ask.hold

    @property
    def done_button(self) -> Button:
        return self._end.done

    @property
    def certificate_button(self) -> Button:
        return self._end.certificate

    def show_facts(self, facts: CloseFacts) -> None:
        """Before: what is there and will be gone."""
        self.say_bar(self._texts("close.title"), facts.event_name, self._mark)
        self._ask.show_facts(facts)
        self._stack.setCurrentWidget(self._ask)
        self.settle()

    def show_progress(self, steps: Sequence[CloseStep]) -> None:
        """While it runs."""
        self._work.show_steps(steps)
        self._stack.setCurrentWidget(self._work)
        self.settle()

    def show_result(self, result: CloseResult) -> None:
        """After: what an independent look found."""
        self._end.show_result(result)
        self._stack.setCurrentWidget(self._end)
        self.settle()
