"""Which column of a file is which of ours: said by whoever imports, remembered, known, or guessed. Pure.

A guess is never read by until somebody has confirmed it. Faults name a heading by its place only: a file without a
header has somebody's name there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from drivers.port import DocumentKind
from kiosk.config.event import EventConfig
from kiosk.roster import pretix
from kiosk.roster.columns import (
    COLUMNS,
    FIXABLE,
    REQUIRED,
    column_of,
    guessed_column,
    may_be_left_unread,
    plain,
)
from kiosk.roster.faults import RosterUnreadable

_CHINESE_KINDS = frozenset({DocumentKind.RESIDENT, DocumentKind.HMT_RESIDENCE, DocumentKind.FOREIGN_PERMANENT_RESIDENT})


@dataclass(frozen=True)
class Wish:
    """What whoever imports has said. ``columns``: our column -> heading; ``fixed``: our column -> its one value;
    ``words``: our column -> the file's word -> ours; ``confirmed``: guesses are right.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    fixed: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    sheet: str = ""
    confirmed: bool = False

    def over(self, earlier: Wish) -> Wish:
        """This wish where it says something, else the earlier one."""
        said = {*self.columns, *self.fixed}
        columns = {column: name for column, name in earlier.columns.items() if column not in said}
        fixed = {column: value for column, value in earlier.fixed.items() if column not in said}
        words = {column: {**earlier.words.get(column, {}), **self.words.get(column, {})} for column in FIXABLE}
        return Wish(
            {**columns, **self.columns},
            {**fixed, **self.fixed},
            {column: known for column, known in words.items() if known},
            self.sheet or earlier.sheet,
            self.confirmed,
        )


@dataclass(frozen=True)
class Layout:
    """How a file is read: our column -> its place in a row, counted from 0. ``guessed``: columns nobody has confirmed;
    ``unread``: places whose cells are never looked at; ``system``: of which ticket system the file is, "" for none.
    """

    places: Mapping[str, int]
    fixed: Mapping[str, str]
    words: Mapping[str, Mapping[str, str]]
    guessed: tuple[str, ...] = ()
    unread: tuple[int, ...] = ()
    system: str = ""

    def cells(self, row: Sequence[str]) -> dict[str, str]:
        """One row by our columns, in the words of the event file where they are known."""
        cells = {column: row[place] for column, place in self.places.items()}
        for column, known in self.words.items():
            if column in cells:
                cells[column] = known.get(plain(cells[column]), cells[column])
        cells.update(self.fixed)
        return cells

    def as_wish(self, header: Sequence[str], sheet: str) -> Wish:
        """What to remember, so that the next file with these headings is read alike."""
        columns = {column: header[place] for column, place in self.places.items()}
        return Wish(columns, self.fixed, self.words, sheet)


def layout_of(header: Sequence[str], event: EventConfig, wish: Wish | None = None) -> Layout:
    """How a file with this header is read. Raises RosterUnreadable naming everything unknown, missing or doubled."""
    wish = wish or Wish()
    heading = [cell.strip() for cell in header]
    system = "pretix" if pretix.is_pretix(heading) else ""
    _require_known(wish, heading)
    named, guessed = _named(heading, wish, system, event)
    fixed = {**_said_by_the_event(event, set(named)), **wish.fixed}
    used = {place for places in named.values() for place in places}
    named = {column: places for column, places in named.items() if column not in wish.fixed}
    unread = [place for place, cell in enumerate(heading) if place not in used and _unread(cell, system, wish)]
    unknown = [place for place in range(len(heading)) if place not in used and place not in unread]
    missing = [column for column in REQUIRED if column not in named and column not in fixed]
    doubled = [column for column in COLUMNS if len(named.get(column, ())) > 1]
    problems = [
        f"{what}: {', '.join(which)}"
        for what, which in (
            ("missing", missing),
            ("given twice", doubled),
            ("unknown, column number", [str(place + 1) for place in unknown]),
        )
        if which
    ]
    if problems:
        raise RosterUnreadable.because("header", f"the header does not fit ({'; '.join(problems)})", row=1)
    places = {column: where[0] for column, where in named.items()}
    words = {column: {plain(word): ours for word, ours in known.items()} for column, known in wish.words.items()}
    asked = () if wish.confirmed else tuple(column for column in COLUMNS if column in guessed and column in places)
    return Layout(places, fixed, words, asked, tuple(unread), system)


def require_confirmed(layout: Layout) -> None:
    """Raises RosterUnreadable while a column is only guessed."""
    if layout.guessed:
        found = ", ".join(f"{column} in column {layout.places[column] + 1}" for column in layout.guessed)
        raise RosterUnreadable.because("guessed", f"has headings that were only guessed ({found}): confirm them", row=1)


def _require_known(wish: Wish, heading: Sequence[str]) -> None:
    wrong = [column for column in (*wish.columns, *wish.words) if column not in COLUMNS]
    if wrong:
        raise RosterUnreadable.because("wish", f"there is no column {wrong[0]} in a roster")
    if set(wish.fixed) - FIXABLE:
        which = ", ".join(sorted(FIXABLE))
        raise RosterUnreadable.because("wish", f"only these can be the same for every row: {which}")
    if any(named not in heading for named in wish.columns.values()):
        raise RosterUnreadable.because("wish", "has no column with a heading that was named for it", row=1)


def _named(
    heading: Sequence[str], wish: Wish, system: str, event: EventConfig
) -> tuple[dict[str, list[int]], set[str]]:
    """Our column -> the places that say they hold it, and which columns were only guessed."""
    by_system = pretix.columns_of(heading, more_gates=len(event.gate_groups) > 1) if system else {}
    named = {column: [heading.index(name)] for column, name in by_system.items()}
    for column, name in wish.columns.items():
        named[column] = [place for place, cell in enumerate(heading) if cell == name]
    settled = set(named)
    taken = {place for places in named.values() for place in places}
    guesses: dict[str, list[int]] = {}
    for place, cell in enumerate(heading):
        if place in taken or _unread(cell, system, wish):
            continue
        if (known := column_of(cell)) is not None:
            if known not in settled:
                named.setdefault(known, []).append(place)
        elif (guess := guessed_column(cell)) is not None:
            guesses.setdefault(guess, []).append(place)
    guessed = {column for column, places in guesses.items() if column not in named and len(places) == 1}
    named.update({column: guesses[column] for column in guessed})
    if system and "gate_group" in by_system and "gate_group" not in wish.columns:
        guessed.add("gate_group")  # a product is no gate until somebody says so
    return named, guessed


def _unread(cell: str, system: str, wish: Wish) -> bool:
    if cell in wish.columns.values():
        return False
    return may_be_left_unread(cell) or (bool(system) and pretix.is_left_unread(cell)) or not cell


def _said_by_the_event(event: EventConfig, named: set[str]) -> dict[str, str]:
    """What is the same for every row because the event leaves no choice."""
    kinds = event.allowed.documents
    found = {
        "session": event.sessions[0].id if len(event.sessions) == 1 else "",
        "gate_group": event.gate_groups[0].id if len(event.gate_groups) == 1 else "",
        "document_kind": kinds[0].value if len(kinds) == 1 else "",
        "issuing_state": "CHN" if set(kinds) <= _CHINESE_KINDS else "",
    }
    return {column: value for column, value in found.items() if value and column not in named}
