"""A base of its own for tests: real PostgreSQL in a temporary folder, devices enrolled the real way."""

from __future__ import annotations

import os
import secrets
import shutil
import socket
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest

from kiosk.base import admin
from kiosk.base.admin import TicketState
from kiosk.base.authority import DEVICE_DAYS, Authority, cert_pem, key_pem, new_key
from kiosk.base.client import BaseClient
from kiosk.base.cluster import connected, init, start, stop
from kiosk.base.enrolment import Invitation, make_answer, make_request, read_answer, read_request
from kiosk.base.errors import BaseTrouble
from kiosk.base.link import BaseWay
from kiosk.base.place import BasePlace, BaseSettings, own_user
from kiosk.base.programs import program_folder

ADDRESS = "127.0.0.1"
PATIENT_S = 20.0
"""Tests of answers wait longer than a gate: machines that build are busy."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((ADDRESS, 0))
        return int(probe.getsockname()[1])


@dataclass
class TestBase:
    """A base that runs. ``devices``: folders with keys and certificates, by device."""

    __test__ = False

    place: BasePlace
    settings: BaseSettings
    devices: dict[str, Path] = field(default_factory=dict)

    @contextmanager
    def admin(self) -> Iterator[psycopg.Connection]:
        with connected(self.place, self.settings) as db:
            yield db

    def enrolled(self, device: str, kind: str = "gate", days: float = DEVICE_DAYS) -> Path:
        """The folder of a device that went through the whole enrolment, made at its first use."""
        if device not in self.devices:
            with self.admin() as db:
                self.devices[device] = enrol(self, db, device, kind, days)
        return self.devices[device]

    def way(self, device: str, kind: str = "gate", patience_s: float = PATIENT_S) -> BaseWay:
        return BaseWay(ADDRESS, self.settings.port, device, self.enrolled(device, kind), patience_s, patience_s)

    def client(self, device: str, event: str, kind: str = "gate", patience_s: float = PATIENT_S) -> BaseClient:
        """Connected; the test closes it."""
        client = BaseClient(self.way(device, kind, patience_s), event)
        assert client.reconnect()
        return client

    def event(self, tickets: Iterable[TicketState]) -> str:
        """A new event with these tickets."""
        event = f"event-{secrets.token_hex(4)}"
        with self.admin() as db:
            admin.load_tickets(db, event, tickets)
        return event

    def postmaster(self) -> int:
        """The process to kill or to pause."""
        return int((self.place.data / "postmaster.pid").read_text().splitlines()[0])


def enrol(base: TestBase, db: psycopg.Connection, device: str, kind: str, days: float) -> Path:
    invitation = admin.invite(db, base.place, base.settings, device, kind, minutes=5)
    folder = base.place.folder.parent / f"{device}-{secrets.token_hex(3)}"
    folder.mkdir(mode=0o700)
    key = new_key()
    request = read_request(make_request(Invitation.read(invitation.text()), key))
    certificate = admin.enrol(db, base.place, base.settings, request, days)
    answer = make_answer(certificate, Authority.load(base.place.ca).certificate)
    ours, theirs = read_answer(answer, invitation, key.public_key())
    assert ours == cert_pem(certificate)
    write_device(folder, key_pem(key), ours, theirs)
    return folder


def write_device(folder: Path, key: bytes, certificate: bytes, authority: bytes) -> None:
    way = BaseWay("", 0, "", folder)
    for path, content in ((way.key_file, key), (way.certificate_file, certificate), (way.ca_file, authority)):
        path.write_bytes(content)
        path.chmod(0o600)


@contextmanager
def new_base(*, started: bool = True) -> Iterator[TestBase]:
    """Made, started where ``started``, gone at the end. Skips the test where PostgreSQL is not installed."""
    try:
        program_folder()
    except BaseTrouble as missing:
        pytest.skip(str(missing))
    user = "postgres" if os.geteuid() == 0 else own_user()
    parent = Path(tempfile.mkdtemp(prefix="vkb-"))  # short, because of the socket's path, and open to PostgreSQL's user
    parent.chmod(0o711)
    try:
        place, settings = BasePlace(parent / "base"), BaseSettings((ADDRESS, "localhost"), free_port(), user)
        init(place, settings, ADDRESS, durable=False)
        if started:
            start(place, settings)
        base = TestBase(place, settings)
        try:
            yield base
        finally:
            if (place.data / "postmaster.pid").exists():
                stop(place, settings)
    finally:
        shutil.rmtree(parent)
