"""Incident modes as a page: one row for all gates and one for each group, and what to begin there. Pure."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from kiosk.domain.incident import ALL_GROUPS, Incident, Mode, Why
from kiosk.domain.lanes import LaneState
from kiosk.office.view import Act, Column, ListPage, Mark, Options, Row, Told, Weight
from kiosk.text import Texts

BEGIN, END, WAITS, CHOOSE = "incident_begin.", "incident_end", "venue_waits", "incident_why"
"""Names of acts; BEGIN is followed by the mode."""
MODES = (Mode.ALL_MANUAL, Mode.DOCUMENT_ONLY, Mode.FREE_FLOW, Mode.LANE_CLOSED)
MINUTES = (15, 30, 60, 240)
_SHARES = {"where": 1.6, "mode": 1.8, "why": 1.2, "by": 1.0, "until": 0.8}
_TOLD = {"asking": Mark.NONE, "begun": Mark.GOOD, "ended": Mark.GOOD, "away": Mark.BAD}


@dataclass(frozen=True)
class Chosen:
    """Why and for how long what is begun next."""

    why: str = Why.FAULT.value
    minutes: int = MINUTES[0]

    def with_choice(self, name: str, value: str) -> Chosen:
        match name:
            case "why" if value in list(Why):
                return replace(self, why=value)
            case "minutes" if value.isdecimal() and int(value) in MINUTES:
                return replace(self, minutes=int(value))
            case _:
                return self


def incident_page(
    state: LaneState,
    groups: tuple[str, ...],
    gate_name: Callable[[str], str],
    chosen: Chosen,
    said: str,
    texts: Texts,
) -> ListPage:
    """``said``: what became of the last act: asking, begun, ended, away, or nothing."""
    rows = tuple(_row(group, state, gate_name, texts) for group in (ALL_GROUPS, *groups))
    told = None if not said else Told(_TOLD[said], texts(f"venue.told.{said}"))
    if not state.online:
        told = Told(Mark.BAD, texts("venue.told.away"))
    return ListPage(
        texts("venue.incidents"),
        tuple(Column(texts(f"venue.column.{name}"), share) for name, share in _SHARES.items()),
        rows,
        texts("venue.incident_lead"),
        told,
        options=(
            Options("why", texts("venue.choose_why"), _why(Why(chosen.why), texts)),
            Options(
                "minutes",
                texts("venue.choose_minutes"),
                str(chosen.minutes),
                tuple((str(m), texts("venue.minutes", count=m)) for m in MINUTES),
            ),
        ),
        acts=(
            *(
                Act(BEGIN + mode.value, texts(f"venue.begin.{mode.value}"), Weight.DANGER, on_row=True)
                for mode in MODES
            ),
            Act(END, texts("venue.end"), Weight.PRIMARY, on_row=True),
            Act(WAITS, texts("venue.title")),
        ),
    )


def why_page(texts: Texts) -> ListPage:
    """One reason a row."""
    return ListPage(
        texts("venue.choose_why"),
        (Column(texts("venue.column.why")),),
        tuple(Row(why.value, (_why(why, texts),)) for why in Why),
        acts=(Act(CHOOSE, texts("venue.choose"), Weight.PRIMARY, on_row=True),),
        opens=True,
    )


def _row(group: str, state: LaneState, gate_name: Callable[[str], str], texts: Texts) -> Row:
    name = texts("venue.all_gates") if group == ALL_GROUPS else gate_name(group)
    running = [one for one in state.incidents if one.gate_group == group]
    if not running:
        return Row(group, (name, texts("venue.mode.none"), "", "", ""))
    return Row(group, (name, *_cells(running[-1], texts)), Mark.LOOK)


def _cells(incident: Incident, texts: Texts) -> tuple[str, str, str, str]:
    until = time.strftime("%H:%M", time.localtime(incident.until))
    return _mode(incident.mode, texts), _why(incident.why, texts), incident.officer, until


def _mode(mode: Mode, texts: Texts) -> str:
    return texts(f"venue.mode.{mode.value}")


def _why(why: Why, texts: Texts) -> str:
    return texts(f"venue.why.{why.value}")
