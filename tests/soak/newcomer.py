"""The newcomer's whole path, at the office's window and by commands alone: from an empty data folder to the evidence.

The event they made is then played at a gate and a desk by the rehearsal's cast: real windows, readers over
pseudo-terminals, films before the camera. A roster of 2,000 has three bad rows, which are named.
"""

from __future__ import annotations

import json
import tempfile
from datetime import date, datetime, time
from pathlib import Path

from drivers.port import DocumentKind
from kiosk.closing.state import EventState, read_state
from kiosk.config.load import load_event
from kiosk.config.places import EventPlace
from kiosk.office.view import SheetPage
from kiosk.ports import SystemClock
from kiosk.rehearsal.casting import Cast, cast
from kiosk.rehearsal.conductor import Conductor
from kiosk.rehearsal.kinds import KINDS, MATCH, Kind, Ticket
from kiosk.rehearsal.people import visitor
from kiosk.rehearsal.performance import Setting, curtain
from kiosk.rehearsal.photos import people
from kiosk.rehearsal.report import Report
from kiosk.rehearsal.venue import COLUMNS, GATE_GROUP, SESSION, roster_row, today, write_roster
from kiosk.ui.app_setup import make_application
from tests.helpers.accounts import PASSWORD
from tests.helpers.newcomer import Newcomer, wait_until
from tests.helpers.newcomer_office import ACCOUNT, newcomer_at
from tests.helpers.newcomer_shell import Shell
from tests.helpers.newcomer_visits import ROWS
from tests.helpers.preconditions import SECOND, whole_text
from tests.helpers.wizard import EVENT
from tests.soak.figures import Figures

BAD = {"document_number": "110101199001010010", "gate_group": "Z", "name": ""}
"""What is wrong with each of three rows."""
FILLERS_FROM = 600_000
NEXT_CODE_S = 30.0
"""A code counts once, and the way through few visits may take less than its time."""
KEPT_OUT = frozenset({"non_match_disputed", "disk_full"})
"""Nobody allowed captures to be held at this event, and its disk is the office's too."""


def newcomer(count: int, seed: int) -> Figures:
    """``count`` visits at each of the two events."""
    figures = Figures("newcomer")
    company = cast(_plan(count), people())
    make_application([], "zh")
    for how, path in (("windows", _by_windows), ("commands", _by_commands)):
        with tempfile.TemporaryDirectory(prefix="kiosk-newcomer-") as folder:
            path(Path(folder), company, figures)
        figures.count(f"paths by {how}")
    return figures


def _plan(count: int) -> list[Kind]:
    """One of each kind that can come to an event of one gate and one night, then matches between them."""
    fits = [
        kind
        for kind in KINDS
        if kind.document is DocumentKind.RESIDENT
        and kind.ticket not in {Ticket.OTHER_GATE, Ticket.OTHER_DAY}
        and kind.name not in KEPT_OUT
    ]
    plan = list(fits)
    while len(plan) < count:
        plan += [each for kind in fits[1:] for each in (MATCH, kind)]
    return plan[:count]


def _roster(file: Path, company: Cast) -> list[int]:
    """The visitors' tickets and others', 2,000 rows; the places of the bad ones, as a spreadsheet counts them."""
    ours = [row for row in company.rows if row[COLUMNS.index("gate_group")] == GATE_GROUP and row[-2] == SESSION]
    others = (roster_row(MATCH, visitor(FILLERS_FROM + n, 0, today())) for n in range(ROWS - len(ours)))
    rows = [*ours, *(row for row in others if row)]
    places = [ROWS - 1 - 37 * nth for nth in range(len(BAD))]
    for place, (column, cell) in zip(places, BAD.items(), strict=True):
        cells = list(rows[place])
        cells[COLUMNS.index(column)] = cell
        rows[place] = tuple(cells)
    write_roster(file, rows)
    return sorted(place + 2 for place in places)


def _play(folder: Path, place: EventPlace, company: Cast, figures: Figures) -> int:
    """Every visit at the event that is open; how many were admitted."""
    setting = Setting([], pace="fast", at=(folder, load_event(place.event_file)))
    with curtain(setting) as performance:
        conductor = Conductor(performance.world, Report(None))
        for number, part in enumerate(company.parts):
            result = conductor.play(part)
            figures.count("visits")
            figures.require(result.agrees, f"visit {number} ({result.kind}) ended as {result.actual}")
    return _admitted(company)


def _admitted(company: Cast) -> int:
    """Who goes in by this programme: also those who had gone in before it."""
    before = {"already_used", "used_before_at_desk"}
    kinds = [part.kind for part in company.parts]
    return sum(kind.expected in {"admitted:face", "desk:admitted"} or kind.name in before for kind in kinds)


def _by_windows(folder: Path, company: Cast, figures: Figures) -> None:
    stick = folder / "stick"
    stick.mkdir()
    bad = _roster(stick / "roster.csv", company)
    place = EventPlace(folder / "data", folder / "keys", EVENT)
    with newcomer_at(folder, SystemClock()) as person:
        person.begin("rehearsal", "file")
        person.mend_texts()
        person.mend_lanes()
        _tonight(person)
        person.open_row("roster")
        person.press("import")
        person.import_roster(stick / "roster.csv", stick, secret="")
        named = sorted(int(cells[0]) for cells in person.listed.values())
        figures.require(named == bad, f"rows {named} were named as bad instead of {bad}")
        person.press("skip")
        wait_until(lambda: f"{ROWS - len(BAD):,}" in person.told, "the good rows")
        person.back()
        person.back()
        person.press("arm")
        figures.require(read_state(place.state_file) is EventState.ARMED, f"not armed: {person.told}")
        person.press("open")
        wait_until(lambda: read_state(place.state_file) is EventState.OPEN, "open gates")
        admitted = _play(folder, place, company, figures)
        person.close_event()
        wait_until(lambda: read_state(place.state_file) is EventState.WIPED, "the end")
        person.back()
        person.enter("event")
        wait_until(lambda: isinstance(person.page, SheetPage), "the report")
        assert isinstance(person.page, SheetPage)
        numbers = dict(person.page.groups[1].fields)
        figures.require(numbers["Admitted"] == str(admitted), f"{numbers['Admitted']} admitted instead of {admitted}")
    _evidence(folder, EVENT, figures, (ACCOUNT, PASSWORD, person.code(NEXT_CODE_S)))


def _tonight(person: Newcomer) -> None:
    """The show is today, and faces may be checked."""
    day = today()
    person.open_row("sessions")
    person.open_row("0")
    person.give({"doors": f"{day} 00:00", "ends": f"{day} 23:59"})
    person.back()
    person.open_row("face")
    person.choose("face_enabled", "yes")
    person.press("submit")


def _by_commands(folder: Path, company: Cast, figures: Figures) -> None:
    shell = Shell(folder)
    event, roster = folder / "event.toml", folder / "roster.csv"
    bad = _roster(roster, company)
    event.write_text(_event_text(today()), "utf-8")
    name = shell.place.event_id
    shell.does("new", str(event))
    refused = shell.tried("import", name, str(roster))
    for row in bad:
        figures.require(f"row {row}," in refused.output, f"row {row} was not named as bad")
    shell.tried("import", name, str(roster), "--skip-bad")
    figures.require("Nothing is missing" in shell.tried("check", name).output, "something was missing")
    shell.does("arm", name)
    shell.does("open", name)
    admitted = _play(folder, shell.place, company, figures)
    closed = json.loads(shell.does("close", name, "--yes", "--json"))
    figures.require(closed["verdict"] == "PASS", f"the closing found {closed['verdict']}")
    counts = json.loads(shell.does("report", name, "--json"))["counts"]
    figures.require(counts["admitted"] == admitted, f"{counts['admitted']} admitted instead of {admitted}")
    _evidence(folder, name, figures)


def _event_text(day: date) -> str:
    """The shipped example, filled in for one night of today at one gate."""
    text = whole_text().replace(SECOND, "[ticket_code]\n").replace('["cn", "eu-strict"]', '["generic"]')
    text = text.replace('mode = "live"', 'mode = "rehearsal"').replace("officers = 4", "officers = 5")
    begins, ends = (datetime.combine(day, at).astimezone().isoformat() for at in (time.min, time(23, 59)))
    text = text.replace("2026-05-01T17:30:00+08:00", begins).replace("2026-05-01T22:30:00+08:00", ends)
    text = text.replace("date = 2026-05-01", f"date = {day}")
    text = text.replace('readers = ["sdt"]', 'readers = ["sdt", "emrtd"]')
    return text.replace('decoders = ["', 'decoders = ["rehearsal", "')


def _evidence(folder: Path, event: str, figures: Figures, login: tuple[str, ...] = ()) -> None:
    """The pack is made, by whoever logs in where there are accounts, and found whole by the check anybody can run."""
    shell = Shell(folder)
    pack = folder / "evidence.zip"
    made = shell.kiosk("evidence", "make", event, "--to", str(pack), answers=login)
    figures.require(made.exit_code == 0, f"no evidence pack: {made.output[-200:]}")
    checked = shell.kiosk("evidence", "verify", str(pack))
    figures.require(checked.exit_code == 0, f"the evidence pack is not whole: {checked.output[-200:]}")
    figures.count("evidence packs verified", checked.exit_code == 0)
