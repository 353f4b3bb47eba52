"""What every attendee screen has in common: a ground colour, texts, and a view to show."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtWidgets import QAbstractButton, QWidget

from kiosk.text import Texts
from kiosk.ui.event_words import EventScene, EventWords
from kiosk.visit.view import View


@dataclass(frozen=True)
class Saying:
    """Where a page takes its words from: our texts and the event's, both in the language of the moment."""

    texts: Texts
    event: EventWords
    scene: EventScene


class Page(QWidget):
    """One screen. ``ground`` is the palette colour behind it and behind the bar with *Stop* and *Call staff*."""

    ground = "ground"
    fits_itself = False  # sets its own letters smaller where an organiser's text is long

    def show_view(self, view: View, saying: Saying) -> None:
        """Show ``view``; called for every new view and after a change of language."""
        raise NotImplementedError

    def read_on_by_key(self, step: int) -> bool:
        """Move a long text on (1) or back (-1); whether there was anything to move."""
        return False

    def beside_the_screen(self) -> tuple[QAbstractButton | None, QAbstractButton | None]:
        """Which of the page's own buttons the left and the right lit button press, where a machine has those."""
        return None, None

    def forget(self) -> None:
        """Leave nothing of the last person behind; called when another page takes over."""
