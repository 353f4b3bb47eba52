"""Where an event's files lie on one machine.

::

    <data_dir>/events/<event id>/event.toml      the organiser's decisions, no personal data; stays
                                 state.json      DRAFT ... WIPED, written by rename; stays
                                 assessment.json  what the responsible person signed before opening; stays
                                 ledger.sqlite   tickets and admissions (and -wal, -shm); gone at close
                                 calls/          a small file per station that waits for staff; gone at close
                                 detail.log      what stations and staff did, sealed; gone at close
                                 hold.json       that captures may be held, sealed; gone at close
                                 roster-columns.json  how the last roster was read; gone at close
                                 holds/          captures of disputed checks, sealed; gone at close
                                 report.json     numbers only, written at the end of the close; stays
                                 certificate.*   what was destroyed and how that was seen, signed; stays
    <data_dir>/device/                           what belongs to the machine and outlives its events
                      audit.log                  the chain of security-relevant acts
                      accounts.sqlite            personal accounts
                      look.json                  how the windows look, where staff chose
                      manifest.json              signed hashes of code, models and settings
                      trust/                     imported issuers of passports and identity cards, and their index
                      known-<station>.json       printed serial numbers of the station's devices
    <key_dir>/<event id>.key                     the event's key, wrapped or not, mode 0600; gone at close
              <event id>.key.tries               wrong opening secrets, counted; gone at close
              <event id>.key.bound               what the event's end rests on, signed; gone at close
              <event id>.key.package             what rosters from another machine are sealed to; gone at close
              <event id>.closing.json            what its closing noted step by step; gone when it is over
    <key_dir>/identity.key                       the machine's signing key
    <key_dir>/device.accounts.key                what accounts' names and second factors are sealed under
              device.accounts.count              how many log-ins were ever tried
              device.clock.json                  the highest time ever seen

Keys lie apart, so that copying or backing up ``data_dir`` never takes a key along.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

PRIVATE_DIR_MODE = 0o700
EVENT_ID = r"^[A-Za-z0-9][A-Za-z0-9_-]{0,39}$"
RESERVED_IDS = frozenset({"identity", "device"})
"""An event so called would share names with the machine's own keys."""
JOURNAL_SUFFIX = ".closing.json"
PACKAGE_KEY_SUFFIX = ".key.package"


def is_event_id(name: str) -> bool:
    """Whether an event can be called so. A folder that cannot be an event's is none, whoever put it there."""
    return re.fullmatch(EVENT_ID, name) is not None and name not in RESERVED_IDS


def lie_apart(data_dir: Path, key_dir: Path) -> bool:
    """Whether neither folder holds the other, so that copying the data never copies a key."""
    return data_dir != key_dir and data_dir not in key_dir.parents and key_dir not in data_dir.parents


@dataclass(frozen=True)
class EventPlace:
    """Paths of one event on one machine."""

    data_dir: Path
    key_dir: Path
    event_id: str

    @property
    def folder(self) -> Path:
        return self.data_dir / "events" / self.event_id

    @property
    def event_file(self) -> Path:
        return self.folder / "event.toml"

    @property
    def state_file(self) -> Path:
        return self.folder / "state.json"

    @property
    def ledger_file(self) -> Path:
        return self.folder / "ledger.sqlite"

    @property
    def assessment_file(self) -> Path:
        return self.folder / "assessment.json"

    @property
    def calls_folder(self) -> Path:
        return self.folder / "calls"

    @property
    def detail_file(self) -> Path:
        return self.folder / "detail.log"

    @property
    def hold_file(self) -> Path:
        return self.folder / "hold.json"

    @property
    def roster_columns_file(self) -> Path:
        return self.folder / "roster-columns.json"

    @property
    def holds_folder(self) -> Path:
        return self.folder / "holds"

    @property
    def report_file(self) -> Path:
        return self.folder / "report.json"

    @property
    def certificate_file(self) -> Path:
        return self.folder / "certificate.json"

    @property
    def certificate_paper(self) -> Path:
        return self.folder / "certificate.pdf"

    @property
    def key_file(self) -> Path:
        return self.key_dir / f"{self.event_id}.key"

    @property
    def tries_file(self) -> Path:
        return self.key_dir / f"{self.event_id}.key.tries"

    @property
    def bound_file(self) -> Path:
        return self.key_dir / f"{self.event_id}.key.bound"

    @property
    def package_key_file(self) -> Path:
        return self.key_dir / f"{self.event_id}{PACKAGE_KEY_SUFFIX}"

    @property
    def journal_file(self) -> Path:
        """Beside the key: whoever may write the data folder alone makes no closing believe anything."""
        return self.key_dir / f"{self.event_id}{JOURNAL_SUFFIX}"

    def make_folders(self) -> None:
        """Create both folders, readable by the service user alone."""
        self.folder.mkdir(mode=PRIVATE_DIR_MODE, parents=True, exist_ok=True)
        self.folder.chmod(PRIVATE_DIR_MODE)
        self.key_dir.mkdir(mode=PRIVATE_DIR_MODE, parents=True, exist_ok=True)


@dataclass(frozen=True)
class DevicePlace:
    """Paths of what belongs to the machine, not to an event."""

    data_dir: Path
    key_dir: Path

    @property
    def folder(self) -> Path:
        return self.data_dir / "device"

    @property
    def audit_file(self) -> Path:
        return self.folder / "audit.log"

    @property
    def accounts_file(self) -> Path:
        return self.folder / "accounts.sqlite"

    @property
    def accounts_key_file(self) -> Path:
        return self.key_dir / "device.accounts.key"  # no event's id has a full stop

    @property
    def accounts_count_file(self) -> Path:
        return self.key_dir / "device.accounts.count"

    @property
    def clock_file(self) -> Path:
        return self.key_dir / "device.clock.json"

    @property
    def manifest_file(self) -> Path:
        return self.folder / "manifest.json"

    @property
    def look_file(self) -> Path:
        return self.folder / "look.json"

    @property
    def trust_folder(self) -> Path:
        return self.folder / "trust"

    def known_devices_file(self, station: str) -> Path:
        return self.folder / f"known-{station}.json"

    @property
    def identity_file(self) -> Path:
        return self.key_dir / "identity.key"

    @property
    def own_keys(self) -> frozenset[Path]:
        """Files of the key folder that are no event's, whatever an event is called."""
        return frozenset({self.identity_file, self.accounts_key_file, self.accounts_count_file, self.clock_file})

    def make_folders(self) -> None:
        """Create both folders, readable by the service user alone."""
        self.folder.mkdir(mode=PRIVATE_DIR_MODE, parents=True, exist_ok=True)
        self.key_dir.mkdir(mode=PRIVATE_DIR_MODE, parents=True, exist_ok=True)
