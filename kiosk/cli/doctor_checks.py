"""What a station needs of its machine, looked at one thing at a time. Nothing is changed, no device is opened.

Each check returns findings: what was seen, and the command that mends what is wrong.
"""

from __future__ import annotations

import glob
import importlib
import os
import shutil
import stat
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from drivers.discovery import AUTO, candidate_ports
from drivers.errors import DriverError
from drivers.registry import open_printer
from kiosk.closing.state import EventState, read_state
from kiosk.config.machine import CameraKind, LocalCamera, MachineConfig
from kiosk.config.places import DevicePlace, EventPlace
from kiosk.face.attack.operator_card import OperatorModelUnusable
from kiosk.face.attack.operator_model import OperatorModel
from kiosk.face.port import EngineUnavailable
from kiosk.integrity.check import IntegrityReport, State
from kiosk.ledger.port import LedgerUnavailable
from kiosk.ledger.words import store_words
from kiosk.login import set_up
from kiosk.memory.allocator import can_overwrite
from kiosk.memory.swapping import Swapping, swapping
from kiosk.vault.file_keys import read_record
from kiosk.vault.key_file import KeyFileUnusable
from kiosk.vault.port import KeysDestroyed
from kiosk.vault.words import key_words

LEAST_FREE_BYTES = 500_000_000
EARLIEST_SANE_TIME_S = 1_735_689_600.0  # 2025-01-01
_COMMAND_TIMEOUT_S = 5.0
_SEAL = "kiosk integrity seal --config MACHINE.toml --by NAME --reason WHY"
_PLUG_CAMERA = "plug the camera in; ls -l /dev/v4l/by-path"
_INSTALL_AGAIN = "install the kiosk's Python packages again"


class Level(StrEnum):
    OK = "ok"
    WARNING = "warning"  # works, or cannot be judged
    BAD = "bad"  # will not work


@dataclass(frozen=True)
class Finding:
    """One line of the doctor's list. ``mend``: a command or an act, "" when nothing is to be done."""

    what: str
    level: Level
    sentence: str
    mend: str = ""


LIBRARIES = {
    "PySide6.QtWidgets": "libgl1 libegl1 libglib2.0-0 libdbus-1-3 libfontconfig1 libxkbcommon0",
    "cv2": "",
    "dlib": "",
    "zxingcpp": "",
    "cryptography.hazmat.bindings._rust": "",
    "sqlite3": "",
}
"""Modules that need libraries of the system -> the Debian packages that have them."""


def libraries(load: Callable[[str], object] = importlib.import_module) -> list[Finding]:
    """Whether everything that needs system libraries can be loaded."""
    findings = []
    for module, packages in LIBRARIES.items():
        try:
            load(module)
        except ImportError as error:
            mend = f"sudo apt-get install {packages}" if packages else _INSTALL_AGAIN
            findings.append(Finding("libraries", Level.BAD, f"{module} cannot be loaded ({error}).", mend))
    return findings or [Finding("libraries", Level.OK, f"{len(LIBRARIES)} modules with system libraries load.")]


def chinese_fonts() -> Finding:
    """Whether Chinese text would be shown as boxes."""
    families = _output("fc-list", ":lang=zh", "family")
    mend = "sudo apt-get install fonts-noto-cjk"
    if families is None:
        return Finding("fonts", Level.WARNING, "fc-list is not installed, so fonts cannot be listed.", mend)
    names = {line.strip() for line in families.splitlines() if line.strip()}
    if not names:
        return Finding("fonts", Level.BAD, "No font with Chinese characters is installed.", mend)
    return Finding("fonts", Level.OK, f"{len(names)} font families with Chinese characters.")


def models(check: Callable[[], object]) -> Finding:
    """Whether detector and comparator are there and unchanged; ``check`` raises EngineUnavailable when not."""
    try:
        check()
    except EngineUnavailable as error:
        return Finding("models", Level.BAD, f"The face models cannot be used ({error.code}).", _INSTALL_AGAIN)
    return Finding("models", Level.OK, "Face models are there and their hashes agree.")


def attack_model(machine: MachineConfig | None) -> Finding:
    """Whether the operator's own model, if one is named, is what its card says and can be run."""
    if machine is None or machine.attack_model is None:
        return Finding("attack model", Level.OK, "No model of the operator's own is named.")
    try:
        model = OperatorModel(machine.attack_model.card)
    except OperatorModelUnusable as unusable:
        mend = "correct card or model, or take [attack_model] out of the machine file"
        return Finding("attack model", Level.BAD, str(unusable), mend)
    return Finding("attack model", Level.OK, f"{model.card.name} is what its card says.")


def serial_ports(machine: MachineConfig | None, ports: Callable[[], list[str]] = candidate_ports) -> list[Finding]:
    """Ports there are, and those the machine file names: present, and may we use them."""
    found = ports()
    findings = []
    denied = [port for port in found if not os.access(port, os.R_OK | os.W_OK)]
    if denied:
        sentence = f"No permission for {', '.join(denied)}."
        findings.append(
            Finding("serial ports", Level.BAD, sentence, "sudo usermod -aG dialout $USER, then log in again")
        )
    for key, name in _configured_ports(machine):
        if not (glob.has_magic(name) or Path(name).exists()):  # a pattern is tried when the device is opened
            mend = f"plug the device in, or set {key} to one of: {', '.join(found) or 'none found'}"
            findings.append(Finding("serial ports", Level.BAD, f"{key}: {name} is not there.", mend))
    if not found:
        findings.append(Finding("serial ports", Level.WARNING, "No serial port is there.", "plug the reader in"))
    elif not findings:
        findings.append(Finding("serial ports", Level.OK, f"Serial ports: {', '.join(found)}."))
    return findings


def _configured_ports(machine: MachineConfig | None) -> list[tuple[str, str]]:
    if machine is None:
        return []
    devices = {
        "reader": machine.reader,
        "passport_reader": machine.passport_reader,
        "scanner": machine.scanner,
        "gate": machine.gate,
        "printer": machine.printer,
    }
    ports = [(f"{key}.port", device.port) for key, device in devices.items() if device and device.port != AUTO]
    swipe_port = machine.passport_reader and machine.passport_reader.settings.get("swipe_port")
    return [*ports, ("passport_reader.settings.swipe_port", str(swipe_port))] if swipe_port else ports


def printer(machine: MachineConfig | None) -> Finding:
    """Whether a desk prints slips; nothing is sent to the printer."""
    if machine is None or machine.printer is None:
        return Finding("printer", Level.OK, "No slip printer is named: slips are shown on the screen.")
    device = machine.printer
    try:
        open_printer(device.family, device.port, **device.settings)
    except DriverError as error:
        mend = "correct [printer] in the machine file"
        return Finding("printer", Level.BAD, f"The slip printer cannot be used: {error}.", mend)
    return Finding("printer", Level.OK, f"Slips are printed at {device.port}; its paper is asked for with each slip.")


def camera(machine: MachineConfig | None, dev: Path = Path("/dev")) -> Finding:
    """Whether a camera is there and may be used; it is not opened."""
    if machine is not None:
        return _named_camera("camera", machine.camera)
    candidates = sorted(dev.glob("v4l/by-path/*-index0")) or sorted(dev.glob("video[0-9]*"))
    if not candidates:
        return Finding("camera", Level.WARNING, "No camera is there.", _PLUG_CAMERA)
    return _usable_cameras("camera", candidates)


def code_camera(machine: MachineConfig | None) -> Finding:
    """The same for what reads ticket codes at a desk."""
    return _named_camera("code camera", None if machine is None else machine.code_camera)


def _named_camera(what: str, wanted: LocalCamera | None) -> Finding:
    if wanted is None:
        return Finding(what, Level.OK, f"This station has no {what}.")
    if wanted.kind is CameraKind.FILM:
        return Finding(what, Level.WARNING, f"A film plays the {what}: rehearsal only.")
    device = Path(wanted.device)
    if not device.exists():
        return Finding(what, Level.BAD, f"{device} is not there.", _PLUG_CAMERA)
    return _usable_cameras(what, [device])


def _usable_cameras(what: str, devices: list[Path]) -> Finding:
    denied = [str(each) for each in devices if not os.access(each, os.R_OK | os.W_OK)]
    if denied:
        mend = "sudo usermod -aG video $USER, then log in again"
        return Finding(what, Level.BAD, f"No permission for {', '.join(denied)}.", mend)
    return Finding(what, Level.OK, f"{what.capitalize()}: {', '.join(map(str, devices))}.")


def key_file(place: EventPlace) -> Finding:
    """Whether the event's key is there, private and whole."""
    try:
        protection = read_record(place.key_file, place.event_id).protection
    except KeysDestroyed:
        mend = f"kiosk event new EVENT.toml --data {place.data_dir} --keys {place.key_dir}"
        return Finding("key", Level.BAD, f"Event {place.event_id} has no key here: never created, or closed.", mend)
    except KeyFileUnusable as unusable:
        mend = {
            "loose_permissions": f"chmod 600 {place.key_file}",
            "not_ours": f"sudo chown $USER {place.key_file}",
            "io": "run this as the service user, for example: sudo -u kiosk ...",
        }.get(unusable.code, "")
        return Finding("key", Level.BAD, f"{place.key_file} cannot be used: {key_words(unusable)}.", mend)
    mode = stat.S_IMODE(place.key_dir.stat().st_mode)
    if mode & 0o022:
        return Finding("key", Level.BAD, f"Others may write in {place.key_dir}.", f"chmod 700 {place.key_dir}")
    return Finding("key", Level.OK, f"The event's key is there and private, protection: {protection.value}.")


def event_state(place: EventPlace) -> Finding:
    """Whether stations serve: they show a closed gate until the event is open."""
    state = read_state(place.state_file)
    if state is EventState.OPEN:
        return Finding("event", Level.OK, f"Event {place.event_id} is open.")
    folders = f"--data {place.data_dir} --keys {place.key_dir}"
    sentence = f"Event {place.event_id} is {state.value}: stations say that the gate is closed."
    following = {EventState.DRAFT: "arm", EventState.ARMED: "open", EventState.CLOSING: "close"}.get(state)
    return Finding(
        "event", Level.WARNING, sentence, f"kiosk event {following} {place.event_id} {folders}" if following else ""
    )


def accounts(place: DevicePlace, live: bool) -> Finding:
    """Whether somebody can log in; ``live``: without accounts nothing of the event can be done (R-58)."""
    folders = f"--data {place.data_dir} --keys {place.key_dir}"
    try:
        if place.accounts_file.exists() and not place.accounts_key_file.exists():
            sentence = f"There are accounts, but not their key {place.accounts_key_file}: nobody can log in."
            return Finding("accounts", Level.BAD, sentence, "name the key folder that was named when they were made")
        there = set_up(place)
    except (KeyFileUnusable, LedgerUnavailable, OSError) as error:
        mend = "run this as the service user, for example: sudo -u kiosk ..."
        return Finding("accounts", Level.BAD, f"The accounts cannot be read: {_why_not(error)}.", mend)
    if there:
        return Finding("accounts", Level.OK, "There are accounts: commands and live desks ask who works.")
    mend = f"kiosk account first ID --name NAME --profile generic {folders}"
    if live:
        return Finding("accounts", Level.BAD, "There are no accounts: nothing of a live event can be done.", mend)
    return Finding("accounts", Level.WARNING, "There are no accounts; a rehearsal does without.", mend)


def _why_not(error: KeyFileUnusable | LedgerUnavailable | OSError) -> str:
    match error:
        case KeyFileUnusable():
            return f"of their key, {key_words(error)}"
        case LedgerUnavailable():
            return store_words(error)
    return error.strerror or "no reason was given"


def no_machine_file() -> Finding:
    sentence = "No machine file was named: no event, key, accounts or seal of a station was looked at."
    return Finding("station", Level.WARNING, sentence, "kiosk doctor --config MACHINE.toml")


def seal(place: DevicePlace, report: IntegrityReport, live: bool) -> Finding:
    """Whether code, models and settings are as sealed; ``live``: without a seal face lanes stay shut (R-91)."""
    folders = f"--data {place.data_dir} --keys {place.key_dir}"
    mend = f"see kiosk integrity check {folders}; what is meant to be so: {_SEAL}"
    if report.state is State.BROKEN:
        more = f", and {len(report.differences) - 1} more" if len(report.differences) > 1 else ""
        return Finding("seal", Level.BAD, f"Not as sealed, face lanes stay shut: {report.first}{more}.", mend)
    if report.state is State.NOT_SEALED:
        sentence = "Nothing is sealed" + (": face lanes stay shut." if live else "; a rehearsal does without.")
        return Finding("seal", Level.BAD if live else Level.WARNING, sentence, _SEAL)
    return Finding("seal", Level.OK, f"{report.files} files are as sealed ({report.seal}).")


def disk(folder: Path) -> Finding:
    """Free space where the data lies (or would lie)."""
    existing = next(each for each in (folder, *folder.parents) if each.exists())
    free = shutil.disk_usage(existing).free
    if free < LEAST_FREE_BYTES:
        sentence = (
            f"Only {free // 1_000_000} MB are free below {existing}, {LEAST_FREE_BYTES // 1_000_000} MB are needed."
        )
        return Finding("disk", Level.BAD, sentence, f"sudo du -xh --max-depth=1 {existing} | sort -h")
    return Finding("disk", Level.OK, f"{free // 1_000_000} MB free below {existing}.")


def clock(now_s: float | None = None, synchronised: str | None = None) -> Finding:
    """Whether the machine's time can be trusted with leases and deadlines (R-95)."""
    now_s = time.time() if now_s is None else now_s
    mend = "sudo timedatectl set-ntp true"
    if now_s < EARLIEST_SANE_TIME_S:
        return Finding("clock", Level.BAD, "The machine's clock is years behind.", mend)
    if synchronised is None:
        synchronised = _output("timedatectl", "show", "--property=NTPSynchronized", "--value")
    if (synchronised or "").strip() != "yes":
        return Finding("clock", Level.WARNING, "Nothing says that the clock is synchronised.", mend)
    return Finding("clock", Level.OK, "The clock is synchronised.")


def swap(found: Swapping | None = None) -> Finding:
    """Whether memory could be written to a disk in clear (R-46)."""
    found = swapping() if found is None else found
    if not found.seen:
        return Finding("swap", Level.WARNING, "It cannot be seen whether memory is swapped to a disk.")
    if found.swaps:
        sentence = f"Memory may be swapped in clear to {', '.join(found.swaps)}."
        return Finding("swap", Level.WARNING, sentence, "sudo swapoff -a")
    if found.hibernates_to:
        sentence = f"The machine may hibernate, in clear, to device {found.hibernates_to}."
        return Finding("swap", Level.WARNING, sentence, "sudo systemctl mask hibernate.target hybrid-sleep.target")
    return Finding("swap", Level.OK, "Memory is neither swapped nor hibernated to a disk in clear.")


def freed_memory(can: Callable[[], bool] = can_overwrite) -> Finding:
    """Whether names could stay in what a station has freed (R-43)."""
    if can():
        return Finding("freed memory", Level.OK, "What a station frees is overwritten.")
    sentence = "Freed memory is not overwritten here: names may stay in it until it is used again."
    return Finding("freed memory", Level.WARNING, sentence, "run the kiosk on a system with glibc, such as Debian")


def _output(*command: str) -> str | None:
    """Standard output, or None when the command is absent or fails."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_COMMAND_TIMEOUT_S, check=True)
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout
