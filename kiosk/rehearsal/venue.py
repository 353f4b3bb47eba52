"""An invented venue in a folder: event, key, roster and the machine files of one gate and one desk."""

from __future__ import annotations

import base64
import csv
import json
import time
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk.closing.life import arm_event, import_tickets, new_event, open_event
from kiosk.config.event import AttackSignals, EventConfig
from kiosk.config.load import load_event
from kiosk.config.rehearsal_event import write_rehearsal_event
from kiosk.domain.lane import Lane
from kiosk.holding.permission import allow
from kiosk.ledger.prior import signed_consent
from kiosk.rehearsal.kinds import Kind, Prior, Ticket
from kiosk.rehearsal.passport_stage import FRONT_END, LINE_BAUD, SLOT
from kiosk.rehearsal.people import Visitor
from kiosk.rehearsal.stage import BUTTONS
from kiosk.vault.file_keys import FileEventKeys

COLUMNS = (
    *("ticket", "document_kind", "issuing_state", "document_number", "name", "gate_group", "session", "seat_area"),
    *("lane", "face_consent"),
)
CONSENTS_LAST_S = 2 * 86_400
EVENT_ID = "rehearsal"
GATE_GROUP, OTHER_GATE_GROUP = "A", "B"
PASSAGE = "settings = { passage_input = 0 }"
SESSION, OTHER_SESSION = "night-1", "night-2"


@dataclass(frozen=True)
class Sizes:
    """Window sizes in pixels, width and height."""

    gate: tuple[int, int] = (1080, 1920)
    desk: tuple[int, int] = (1280, 800)


@dataclass(frozen=True)
class Venue:
    """Where everything lies. ``folder`` is private to one rehearsal."""

    folder: Path
    event: EventConfig
    gate_config: Path
    desk_config: Path

    @property
    def data_dir(self) -> Path:
        return self.folder / "data"

    @property
    def key_dir(self) -> Path:
        return self.folder / "keys"


def ticket_code(index: int) -> str:
    return f"PLN-{index:06d}"


def roster_row(kind: Kind, visitor: Visitor) -> tuple[str, ...] | None:
    """The ticket this visitor bought, or None; its last cell is the lane that was chosen with it, where one was."""
    if kind.ticket is Ticket.NONE:
        return None
    name = "王样例" if kind.ticket is Ticket.OTHER_NAME else visitor.name
    return (
        ticket_code(visitor.index),
        visitor.kind.value,
        visitor.issuing_state,
        visitor.number,
        name,
        OTHER_GATE_GROUP if kind.ticket is Ticket.OTHER_GATE else GATE_GROUP,
        OTHER_SESSION if kind.ticket is Ticket.OTHER_DAY else SESSION,
        f"{'内场' if visitor.index % 2 else '看台'} {1 + visitor.index % 9}",
        *([kind.prior] if kind.prior else []),
    )


def signed_rows(rows: list[tuple[str, ...]], event: EventConfig, key: Ed25519PrivateKey) -> list[tuple[str, ...]]:
    """``rows`` with the consents that an organiser's ticket system signs; forged ones by nobody known."""
    until_s, forger = int(time.time()) + CONSENTS_LAST_S, Ed25519PrivateKey.generate()
    lane = COLUMNS.index("lane")

    def signed(row: tuple[str, ...]) -> tuple[str, ...]:
        by = {Prior.FACE: key, Prior.FORGED: forger}.get(Prior(row[lane]))
        return row if by is None else (*row[:lane], Lane.FACE.value, signed_consent(event, row[0], until_s, by))

    return [signed(row) if len(row) > lane else row for row in rows]


def write_roster(path: Path, rows: list[tuple[str, ...]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        writer.writerows((*row, *[""] * (len(COLUMNS) - len(row))) for row in rows)


def write_rosters(folder: Path, rows: list[tuple[str, ...]]) -> dict[str, Path]:
    """The same roster as an office's spreadsheet, "_xlsx", and as text, ""."""
    from openpyxl import Workbook
    from openpyxl.writer.excel import save_workbook

    files = {"_xlsx": folder / "roster.xlsx", "": folder / "roster.csv"}
    write_roster(files[""], rows)
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Roster")
    for row in (COLUMNS, *rows):
        sheet.append(row)
    save_workbook(book, files["_xlsx"])
    return files


def write_machine(
    path: Path,
    role: str,
    folder: Path,
    devices: Path,
    size_px: tuple[int, int],
    film: str,
    language: str = "zh",
    event: str = EVENT_ID,
    *,
    buttons: bool = False,
    training: bool = False,
) -> None:
    """The machine file of a rehearsal station; the same keys an installer writes. ``buttons``: beside the screen."""
    lines = [
        f'station = "rehearsal-{role}"',
        f'role = "{role}"',
        f"event = {_quoted(event)}",
        f'gate_group = "{GATE_GROUP}"',
        f"data_dir = {_quoted(folder / 'data')}",
        f"key_dir = {_quoted(folder / 'keys')}",
        f'language = "{language}"',
        f'reader = {{ family = "sdt", port = {_quoted(devices / f"reader-{role}")} }}',
        f"window = {{ fullscreen = false, width_px = {size_px[0]}, height_px = {size_px[1]} }}",
    ]
    if training:
        lines.insert(0, "training = true")
    if role == "gate":
        settings = f"{{ baud = {LINE_BAUD}, swipe_port = {_quoted(devices / SLOT)} }}"
        lines += [
            f'scanner = {{ family = "barcode", port = {_quoted(devices / "scanner")} }}',
            f'gate = {{ family = "modbus", port = {_quoted(devices / "gate-board")}, {PASSAGE} }}',
            f'camera = {{ kind = "film", device = {_quoted(film)} }}',
            'portrait = { decoder = "rehearsal" }',
            f'passport_reader = {{ family = "emrtd", port = {_quoted(devices / FRONT_END)}, settings = {settings} }}',
        ]
    if role == "gate" and buttons:
        wired = (f"{side}_input = {contact}, {side}_lamp_relay = {lamp}" for side, (contact, lamp) in BUTTONS.items())
        lines.append(f"buttons = {{ {', '.join(wired)} }}")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _quoted(value: object) -> str:
    """A TOML basic string; JSON's quoting is a part of it."""
    return json.dumps(str(value))


def today() -> date:
    """The local date, which is the rehearsal's first session."""
    return date.today()  # noqa: DTZ011 - the event's day is a local date


class VenueNotReady(Exception):
    """The invented venue could not be set up; the message says why."""


def build(
    folder: Path,
    rows: list[tuple[str, ...]],
    devices: Path,
    film: str,
    sizes: Sizes,
    language: str = "zh",
    attack_signals: AttackSignals = AttackSignals.SIGNALS,
    *,
    buttons: bool = False,
    training: bool = False,
) -> Venue:
    """Event, key, roster and machine files in ``folder``, by the same functions an organiser's commands use."""
    event_file, roster = folder / "event.toml", folder / "roster.csv"
    signer = Ed25519PrivateKey.generate()
    public = base64.b64encode(signer.public_key().public_bytes_raw()).decode("ascii")
    event = write_rehearsal_event(event_file, today(), attack_signals=attack_signals, consent_key=public)
    write_roster(roster, signed_rows(rows, event, signer))
    place = new_event(event_file, folder / "data", folder / "keys")
    keys = FileEventKeys.load(place.key_file, place.event_id)
    allow(place, load_event(place.event_file), keys)
    keys.forget()
    report = import_tickets(place, roster)
    roster.unlink()
    if report.imported != len(rows):
        raise VenueNotReady(f"the roster was not imported: {report}")
    arm_event(place)
    event = open_event(place)
    return stationed(folder, event, devices, film, sizes, language, buttons=buttons, training=training)


def stationed(
    folder: Path,
    event: EventConfig,
    devices: Path,
    film: str,
    sizes: Sizes,
    language: str = "zh",
    *,
    buttons: bool = False,
    training: bool = False,
) -> Venue:
    """The machine files of a gate and a desk for an event that is open in ``folder``."""
    gate, desk = folder / "gate.toml", folder / "desk.toml"
    write_machine(
        gate, "gate", folder, devices, sizes.gate, film, language, event.id, buttons=buttons, training=training
    )
    write_machine(desk, "desk", folder, devices, sizes.desk, film, language, event.id, training=training)
    return Venue(folder, event, gate, desk)
