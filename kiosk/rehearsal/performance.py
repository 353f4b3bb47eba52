"""Raises the curtain: venue, stage, film, gate and desk are brought up together and taken down together."""

from __future__ import annotations

import base64
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from drivers.emrtd.certificates import parse_certificate
from drivers.emrtd.trust_folder import TrustFolder
from kiosk.config.event import AttackSignals, EventConfig
from kiosk.config.places import DevicePlace, EventPlace
from kiosk.domain.lane import Lane
from kiosk.ledger.port import Admission, GateState, Place, Presented
from kiosk.ledger.sqlite import SqliteLedger
from kiosk.memory.allocator import overwriting
from kiosk.ports import SystemClock, SystemTokens
from kiosk.rehearsal.actor import Part, World
from kiosk.rehearsal.peers import Company, Peer
from kiosk.rehearsal.venue import GATE_GROUP, SESSION, Sizes, Venue, build, stationed
from kiosk.rehearsal.wire import Message
from kiosk.vault.file_keys import FileEventKeys

QUICK_RULES = {
    "welcome_s": 0.4,
    "direction_s": 0.4,
    "dispute_s": 2.0,
    "code_s": 0.4,
    "idle_s": 4.0,
    "idle_warning_s": 2.0,
}
"""A rehearsal's people read faster and go sooner; attempts and fault limits stay the event's."""


@dataclass(frozen=True)
class Setting:
    """How a performance is staged."""

    rows: list[tuple[str, ...]]
    pace: str = "real"
    desk: bool = True
    rules: dict[str, float] | None = None
    sizes: Sizes = field(default_factory=Sizes)
    offscreen: bool = True
    language: str = "zh"
    film: str = "kiosk.rehearsal.film_server"
    """The module that plays the camera."""
    attack_signals: AttackSignals = AttackSignals.SIGNALS
    buttons: bool = False
    """Whether two lit buttons stand beside the gate's screen, and attendees use them instead of touching it."""
    at: tuple[Path, EventConfig] | None = None
    """The folder of an event somebody made and opened there, and the event; None: the invented concert."""
    training: bool = False
    """Every window carries the training's band."""


@dataclass(frozen=True)
class Performance:
    """Everything that runs."""

    venue: Venue
    world: World
    company: Company
    gate: Peer
    film: Peer


@contextmanager
def curtain(setting: Setting) -> Iterator[Performance]:
    """Everything up; everything down and the folder gone at the end. Raises PeerLost, VenueNotReady."""
    folder = Path(tempfile.mkdtemp(prefix="kiosk-rehearsal-"))
    try:
        with curtain_in(folder, setting) as performance:
            yield performance
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def curtain_in(folder: Path, setting: Setting) -> Iterator[Performance]:
    """As ``curtain``, in a folder that the caller made and removes."""
    company = Company(folder)
    try:
        yield _raise(setting, folder, company)
    finally:
        company.stop()


def _raise(setting: Setting, folder: Path, company: Company) -> Performance:
    devices = folder / "devices"
    devices.mkdir()
    camera = folder / "camera"
    socket = str(company.socket_path)
    stage = company.start(
        "stage", "kiosk.rehearsal.stage", "--socket", socket, "--dir", str(devices), "--pace", setting.pace
    )
    challenge = setting.attack_signals is AttackSignals.CHALLENGE
    turns = ("--turns",) if challenge else ()
    film = company.start("film", setting.film, "--socket", str(camera), "--conductor", socket, *turns)
    if setting.at is not None:
        folder, event = setting.at
        venue = stationed(folder, event, devices, str(camera), setting.sizes, setting.language, buttons=setting.buttons)
    else:
        venue = build(
            folder,
            setting.rows,
            devices,
            str(camera),
            setting.sizes,
            setting.language,
            setting.attack_signals,
            buttons=setting.buttons,
            training=setting.training,
        )
    for peer in (stage, film):
        peer.wait_joined()
    _trust_the_invented_state(venue, stage)
    gate = start_station(company, "gate", venue.gate_config, setting)
    desk = start_station(company, "desk", venue.desk_config, setting) if setting.desk else None
    gate.wait_joined()
    if challenge:
        gate.on_message = _does_as_asked(film)
    if desk is not None:
        desk.wait_joined()
    world = World(gate, desk, stage, _show(film), _lose(film), _admit_before(venue), buttons=setting.buttons)
    return Performance(venue, world, company, gate, film)


def _trust_the_invented_state(venue: Venue, stage: Peer) -> None:
    """Import the stage's CSCA certificate, as an organiser would."""
    der = base64.b64decode(stage.ask({"passport": "issuer"})["csca"])
    trusted = TrustFolder(DevicePlace(venue.data_dir, venue.key_dir).trust_folder)
    trusted.add_certificate(parse_certificate(der), datetime.now(UTC))


def start_station(
    company: Company, name: str, config: Path, setting: Setting, extra_env: Mapping[str, str] | None = None
) -> Peer:
    """Start the product's ``name`` (gate or desk), overwriting what it frees as in service; whoever needs it waits
    until it has joined."""
    rules = json.dumps(QUICK_RULES if setting.rules is None else setting.rules)
    arguments = ["--config", str(config), "--socket", str(company.socket_path), "--as", name, "--rules", rules]
    env = {**overwriting(os.environ), **(extra_env or {})}
    if setting.offscreen:
        size = setting.sizes.gate if name == "gate" else setting.sizes.desk
        env["QT_QPA_PLATFORM"] = f"offscreen:configfile={_screen(config.parent, name, size)}"
    return company.start(name, "kiosk.rehearsal.product", *arguments, env=env)


def _screen(folder: Path, name: str, size_px: tuple[int, int]) -> Path:
    """A screen as large as the window, for Qt's offscreen platform: a finger must find glass everywhere."""
    screen = {"name": name, "x": 0, "y": 0, "width": size_px[0], "height": size_px[1], "logicalDpi": 96, "dpr": 1}
    path = folder / f"{name}-screen.json"
    path.write_text(json.dumps({"screens": [screen]}), encoding="utf-8")
    return path


def _show(film: Peer) -> Callable[[str, int], None]:
    def show(scene: str, face: int) -> None:
        # A stranger carries the next face's card, so whoever swaps with him must be the one after.
        second = face + 2 if scene == "swap" else face + 1
        film.ask({"scene": scene, "faces": [face, second]})

    return show


def _does_as_asked(film: Peer) -> Callable[[Message], None]:
    """Whoever is on the film does what the gate's screen asks for."""

    def heard(message: Message) -> None:
        if message.get("act"):
            film.ask({"act": message["act"]})

    return heard


def _lose(film: Peer) -> Callable[[], None]:
    def lose() -> None:
        film.ask({"lose": True})

    return lose


def _admit_before(venue: Venue) -> Callable[[Part], None]:
    """Somebody went in on this ticket earlier, through another station of the same store."""
    place = EventPlace(venue.data_dir, venue.key_dir, venue.event.id)

    def admit(part: Part) -> None:
        keys = FileEventKeys.load(place.key_file, place.event_id)
        ledger = SqliteLedger(place.ledger_file, keys)
        clock, tokens = SystemClock(), SystemTokens()
        token = keys.token(part.visitor.kind, part.visitor.issuing_state, part.visitor.number)
        held = ledger.hold(
            Presented(token=token), Place("rehearsal-west", GATE_GROUP, SESSION), tokens.fresh(), 30.0, clock.now()
        )
        if held.hold is not None:
            admission = ledger.commit(held.hold.hold_id, tokens.fresh(), Lane.STAFF, clock.now())
            if isinstance(admission, Admission):
                ledger.note_gate(admission.admission_id, GateState.PASSED, clock.now())
        ledger.close()

    return admit
