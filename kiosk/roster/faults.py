"""What is wrong with a roster: row by row, each with one sentence, never with a cell's content."""

from __future__ import annotations

from dataclasses import dataclass, field

MAX_LISTED = 10_000
"""Faults kept for the report; all are counted."""


@dataclass(frozen=True)
class RosterFault:
    """One fault. ``row`` counts the header as 1, as a spreadsheet does; 0 is the file itself."""

    row: int
    column: str
    code: str
    sentence: str

    def __str__(self) -> str:
        place = f"row {self.row}" if self.row else "file"
        return f"{place}, {self.column}: {self.sentence}" if self.column else f"{place}: {self.sentence}"


class RosterUnreadable(Exception):
    """The file as a whole cannot be taken; ``fault`` says why."""

    def __init__(self, fault: RosterFault) -> None:
        super().__init__(fault.sentence)
        self.fault = fault

    @classmethod
    def because(cls, code: str, sentence: str, row: int = 0, column: str = "") -> RosterUnreadable:
        return cls(RosterFault(row, column, code, sentence))


class ImportCancelled(Exception):
    """Whoever imports wants it no longer; raised by the progress callback, and nothing was imported."""


@dataclass
class ImportReport:
    """What became of a roster. ``imported`` is 0 unless every row was good or skipping was allowed.

    ``notes``: what good rows should be looked at for. ``system``: the ticket system whose export it is, if known.
    """

    rows: int = 0
    imported: int = 0
    bad_rows: int = 0
    fault_count: int = 0
    faults: list[RosterFault] = field(default_factory=list)
    note_count: int = 0
    notes: list[RosterFault] = field(default_factory=list)
    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    system: str = ""

    @property
    def ok(self) -> bool:
        """Every row is in the store."""
        return self.fault_count == 0

    def add(self, faults: list[RosterFault]) -> None:
        """Count one bad row with its faults."""
        self.bad_rows += 1
        self.fault_count += len(faults)
        self.faults += faults[: max(0, MAX_LISTED - len(self.faults))]

    def note(self, notes: list[RosterFault]) -> None:
        """Count what there is to look at in one good row."""
        self.note_count += len(notes)
        self.notes += notes[: max(0, MAX_LISTED - len(self.notes))]
