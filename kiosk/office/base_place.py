"""The base on this machine, for the office: over PostgreSQL's socket, with the authority's key."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from kiosk.base import admin
from kiosk.base.authority import Authority
from kiosk.base.cluster import connected
from kiosk.base.ending import EventEnd, Holder, end_of
from kiosk.base.enrolment import CODE_MINUTES, MOST_CHARACTERS, make_answer, read_request
from kiosk.base.place import BasePlace, read_settings
from kiosk.domain.access import Action
from kiosk.office.base import BasePort
from kiosk.office.base_ends import Waited
from kiosk.vault.key_file import write_private


def base_port(place: BasePlace, require: Callable[[Action], None], folders: tuple[Path, ...]) -> BasePort:
    """``require`` asks the role table, and raises NotAllowed."""

    def look() -> dict[str, Any]:
        require(Action.READ_CONFIGURATION)
        with connected(place, read_settings(place)) as db:
            return admin.numbers(db)

    def invite(device: str, kind: str) -> str:
        require(Action.CHANGE_CONFIGURATION)
        settings = read_settings(place)
        with connected(place, settings) as db:
            return admin.invite(db, place, settings, device, kind, CODE_MINUTES).text()

    def sign(request_file: Path, folder: Path) -> tuple[str, str]:
        require(Action.CHANGE_CONFIGURATION)
        settings = read_settings(place)
        with request_file.open(encoding="ascii", errors="replace") as file:
            request = read_request(file.read(MOST_CHARACTERS))
        with connected(place, settings) as db:
            certificate = admin.enrol(db, place, settings, request)
        answer = folder / f"answer-{request.device}-{certificate.serial_number % 10**6:06d}.txt"
        write_private(answer, make_answer(certificate, Authority.load(place.ca).certificate).encode())
        return request.device, answer.name

    def revoke(device: str) -> None:
        require(Action.CHANGE_CONFIGURATION)
        settings = read_settings(place)
        with connected(place, settings) as db:
            admin.revoke(db, place, settings, device)

    def ends() -> list[Waited]:
        require(Action.READ_CONFIGURATION)
        now_s = time.time()
        with connected(place, read_settings(place)) as db:
            closing = db.execute("SELECT event FROM venue.events WHERE closing_at IS NOT NULL AND archived_at IS NULL")
            found = [end_of(db, event) for (event,) in closing.fetchall()]
        return [_waited(end, holder, now_s) for end in found for holder in end.missing]

    return BasePort(look, invite, sign, revoke, ends, folders)


def _waited(end: EventEnd, holder: Holder, now_s: float) -> Waited:
    seen_s = None if holder.seen_at_s is None else now_s - holder.seen_at_s
    return Waited(end.event, holder.device, holder.verdict or "", seen_s, now_s - (end.closing_at_s or now_s))
