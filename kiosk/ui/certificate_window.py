"""The certificate on a screen, after closing: its verdict, its groups of fields, where the files are, a QR code."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QBoxLayout, QFrame, QGridLayout, QVBoxLayout

from kiosk.text import Texts
from kiosk.ui.buttons import Button
from kiosk.ui.field_sheet import FieldSheet
from kiosk.ui.framed_window import FramedWindow
from kiosk.ui.icons import Icon
from kiosk.ui.qr_mark import QrMark
from kiosk.ui.signs import IconMark
from kiosk.ui.skin import skin_of
from kiosk.ui.tokens import DAY, Palette, Role
from kiosk.ui.words import Words

_PANELS = {"PASS": "go", "FAILED": "halt", "UNKNOWN": "staff"}
_MARKS = {"go": Icon.CHECK, "halt": Icon.CROSS, "staff": Icon.QUESTION}


@dataclass(frozen=True)
class FieldGroup:
    """A heading and its fields as (label, value); a value may have several lines."""

    heading: str
    fields: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class CertificateView:
    """What the window shows. ``verdict``: PASS, FAILED or UNKNOWN, the last also for a certificate that does not hold.

    ``title`` says it in words, ``line`` what is wrong; ``lead`` stands above the groups; ``code`` is what the QR code
    says. Each may be "".
    """

    verdict: str
    title: str
    line: str = ""
    lead: str = ""
    groups: tuple[FieldGroup, ...] = ()
    code: str = ""


class CertificateWindow(FramedWindow):
    """``finished``: leave this window."""

    finished = Signal()

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
        self._heads = {panel: _Head(panel, self._texts("certificate.scan")) for panel in _MARKS}
        self._sheet = FieldSheet(self)
        self.done = Button("primary", Icon.CHECK, large=True, parent=self)
        self.done.say(self._texts("close.done"))
        self.done.clicked.connect(self.finished)
        self._head_place = QVBoxLayout()
        for head in self._heads.values():
            self._head_place.addWidget(head)
        self._page = QGridLayout()
        self._page.addLayout(self._head_place, 0, 0)
        self.fill(self._page)

    def show_certificate(self, view: CertificateView, event_name: str) -> None:
        self.say_bar(self._texts("certificate.title"), event_name, self._mark)
        shown = _PANELS[view.verdict]
        for panel, head in self._heads.items():
            head.setVisible(panel == shown)
        self._heads[shown].say(view)
        self._sheet.show_groups([(group.heading, group.fields) for group in view.groups], view.lead)
        self.settle()

    def dressed(self) -> None:
        metrics = self.skin.metrics
        self._page.setContentsMargins(metrics.margin, metrics.px(40, 22), metrics.margin, metrics.px(48, 22))
        self._page.setSpacing(metrics.px(28, 20))
        if metrics.portrait:
            self._page.addWidget(self._sheet, 1, 0)
            self._page.addWidget(self.done, 2, 0)
        else:
            self._page.addWidget(self._sheet, 0, 1, 2, 1)
            self._page.addWidget(self.done, 1, 0)
        self._page.setRowStretch(0, 0 if metrics.portrait else 1)
        self._page.setRowStretch(1, 1 if metrics.portrait else 0)
        self._page.setColumnStretch(0, 3)
        self._page.setColumnStretch(1, 0 if metrics.portrait else 7)


class _Head(QFrame):
    """The verdict: colour, shape, words; with them the QR code and what it is for. Upright on a wide screen."""

    def __init__(self, panel: str, what_for: str) -> None:
        super().__init__()
        self.setProperty("panel", panel)
        self._what_for = what_for
        self._mark = IconMark(_MARKS[panel], f"on_{panel}")
        self._word, self._title = Words(Role.LABEL, panel), Words(Role.HEADING, panel)
        self._line, self._scan = Words(Role.SMALL, panel), Words(Role.SMALL, panel)
        self._qr = QrMark()
        self._words = QVBoxLayout()
        for words in (self._word, self._title, self._line, self._scan):
            self._words.addWidget(words)
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._row.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignVCenter)
        self._row.addLayout(self._words, 1)
        self._row.addWidget(self._qr, 0, Qt.AlignmentFlag.AlignVCenter)

    def say(self, view: CertificateView) -> None:
        self._word.say(view.verdict)
        self._title.say(view.title)
        self._line.say(view.line)
        self._qr.say(view.code)
        self._scan.say(self._what_for if view.code else "")
        self.apply_skin()

    def apply_skin(self) -> None:
        metrics = skin_of(self).metrics
        self._mark.set_side(metrics.px(120, 76))
        self._qr.set_side(metrics.px(250, 200))
        across = QBoxLayout.Direction.LeftToRight if metrics.portrait else QBoxLayout.Direction.TopToBottom
        self._row.setDirection(across)
        pad = metrics.px(32, 24)
        self._row.setContentsMargins(pad, pad, pad, pad)
        self._row.setSpacing(metrics.px(32, 14))
        self._words.setSpacing(metrics.px(8, 3))
