"""What the desk knows of a ticket: outcome with what to do, facts, earlier use. Never a score, never a picture."""

from __future__ import annotations

import time
from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from kiosk.domain.outcome import CheckOutcome
from kiosk.station.desk_view import DeskView
from kiosk.text import Texts
from kiosk.ui.event_words import EventWords
from kiosk.ui.icons import Icon
from kiosk.ui.signs import IconMark
from kiosk.ui.skin import skin_of
from kiosk.ui.tokens import Role
from kiosk.ui.words import Words

_HALTING = frozenset(
    {
        CheckOutcome.NO_TICKET,
        CheckOutcome.ALREADY_USED,
        CheckOutcome.REVOKED,
        CheckOutcome.CODE_AND_CARD_DISAGREE,
    }
)


def panel_of(outcome: str) -> str:
    """Which of the three grounds an outcome is shown on."""
    if outcome == CheckOutcome.VALID:
        return "go"
    return "halt" if outcome in _HALTING else "caution"


_ICONS = {"go": Icon.CHECK, "caution": Icon.INFO, "halt": Icon.HAND}


def _said_of_chip(view: DeskView) -> tuple[str, str] | None:
    """Ground and words where a chip's own proof matters more than a valid ticket."""
    if view.proof in {"tampered", "clone_suspected", "signer_refused"}:
        return "halt", "desk.suspect"
    return ("caution", "desk.unproved") if view.proof in {"issuer_unknown", "technical_failure"} else None


class OutcomePanel(QFrame):
    """One outcome in plain words, and what to do about it."""

    def __init__(self, panel: str, icon: Icon, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("panel", panel)
        self._mark = IconMark(icon, f"on_{panel}")
        self.title = Words(Role.HEADING, panel)
        self.advice = Words(Role.BODY, panel)
        words = QVBoxLayout()
        words.addWidget(self.title)
        words.addWidget(self.advice)
        self._words = words
        self._row = QHBoxLayout(self)
        self._row.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignVCenter)
        self._row.addLayout(words, 1)

    def say(self, title: str, advice: str) -> None:
        self.title.say(title)
        self.advice.say(advice)

    def apply_skin(self) -> None:
        metrics = skin_of(self).metrics
        self._mark.set_side(metrics.px(96, 64))
        self._row.setContentsMargins(metrics.px(36, 24), metrics.px(28, 11), metrics.px(36, 24), metrics.px(28, 11))
        self._row.setSpacing(metrics.px(32, 22))
        self._words.setSpacing(metrics.px(8, 4))


class FactGrid(QFrame):
    """Label over value, two to a row. Empty facts are left out."""

    def __init__(self, panel: str = "card", columns: int = 2, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("panel", panel)
        self._tone = "ink" if panel == "card" else panel
        self._columns = columns
        self._grid = QGridLayout(self)
        self._cells: list[tuple[Words, Words]] = []

    def show_facts(self, facts: Sequence[tuple[str, str]]) -> None:
        """Facts as (label, value)."""
        shown = [fact for fact in facts if fact[1]]
        while len(self._cells) < len(shown):
            place = len(self._cells)
            cell = QVBoxLayout()
            label = Words(Role.LABEL, "soft" if self._tone == "ink" else self._tone, parent=self)
            value = Words(Role.HEADING, self._tone, fit_lines=2, parent=self)
            cell.addWidget(label)
            cell.addWidget(value)
            cell.addStretch(1)
            cell.setSpacing(2)
            self._grid.addLayout(cell, place // self._columns, place % self._columns)
            self._grid.setColumnStretch(place % self._columns, 1)
            self._cells.append((label, value))
        for index, (label, value) in enumerate(self._cells):
            fact = shown[index] if index < len(shown) else ("", "")
            label.say(fact[0])
            value.say(fact[1])
        self.setVisible(bool(shown))

    def apply_skin(self) -> None:
        metrics = skin_of(self).metrics
        self._grid.setContentsMargins(metrics.px(36, 24), metrics.px(22, 10), metrics.px(36, 24), metrics.px(22, 10))
        self._grid.setHorizontalSpacing(metrics.px(36, 28))
        self._grid.setVerticalSpacing(metrics.px(16, 8))


class FactsPage(QWidget):
    """Outcome, facts, earlier use, from one view."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._outcomes = {panel: OutcomePanel(panel, icon) for panel, icon in _ICONS.items()}
        self._facts = FactGrid()
        self._earlier = FactGrid("caution", columns=4)
        self._column = QVBoxLayout(self)
        for panel in self._outcomes.values():
            self._column.addWidget(panel)
        self._column.addWidget(self._facts)
        self._column.addWidget(self._earlier)
        self._column.addStretch(1)

    def show_view(self, view: DeskView, texts: Texts, event: EventWords) -> None:
        about_chip = _said_of_chip(view) if panel_of(view.outcome) == "go" else None
        chosen = about_chip[0] if about_chip else panel_of(view.outcome)
        for panel, widget in self._outcomes.items():
            widget.setVisible(panel == chosen)
        known = view.outcome if texts.has(f"desk.outcome.{view.outcome}.title") else CheckOutcome.NO_TICKET.value
        stem = f"desk.outcome.{known}."
        title, advice = (
            (f"{about_chip[1]}_title", f"{about_chip[1]}_line") if about_chip else (f"{stem}title", f"{stem}do")
        )
        said = texts(f"desk.reentry.{view.reentry.value}") if view.reentry else texts(advice)
        if view.can_exit:
            said = texts("desk.reentry.inside")
        elif view.earlier_use is not None and view.earlier_use.outside and view.can_admit:
            said = texts("desk.reentry.back")
        self._outcomes[chosen].say(texts(title), said)
        self._facts.show_facts(list(_facts(view, texts, event)))
        use = view.earlier_use
        self._earlier.show_facts(
            [
                (texts("desk.earlier_when"), time.strftime("%H:%M", time.localtime(use.at))),
                (texts("desk.earlier_where"), event.gate(use.gate_group)),
                (texts("desk.earlier_station"), use.station),
                (
                    texts("desk.earlier_lane"),
                    texts(f"desk.lane_{use.lane}") if texts.has(f"desk.lane_{use.lane}") else use.lane,
                ),
            ]
            if use
            else []
        )

    def forget(self) -> None:
        """Leave nothing of the last person behind."""
        self._facts.show_facts([])
        self._earlier.show_facts([])

    def apply_skin(self) -> None:
        metrics = skin_of(self).metrics
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(metrics.px(24, 12))


def _facts(view: DeskView, texts: Texts, event: EventWords) -> list[tuple[str, str]]:
    """Facts worth a look; age and name are said only where they do not agree."""

    def word(key: str, value: str) -> tuple[str, str]:
        return (texts(f"desk.fact.{key}"), value)

    validity = view.document_validity
    return [
        word("name", view.masked_name),
        word("area", view.seat_area),
        word("session", event.session(view.session) if view.session else ""),
        word("gate", event.gate(view.gate_group) if view.gate_group else ""),
        word("document", texts(f"desk.value.{validity}") if validity else ""),
        word("proof", texts(f"desk.proof.{view.proof}") if view.proof else ""),
        word("ticket", view.ticket_reference_end),
        word("age", texts("desk.value.age_under") if view.age_ok is False else ""),
        word("name_agrees", texts("desk.value.name_other") if view.name_agrees is False else ""),
    ]
