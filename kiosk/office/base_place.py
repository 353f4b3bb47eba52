"""The base on this machine, for the office: over PostgreSQL's socket, with the authority's key."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from kiosk.base import admin
from kiosk.base.authority import Authority
from kiosk.base.cluster import connected
from kiosk.base.enrolment import CODE_MINUTES, MOST_CHARACTERS, make_answer, read_request
from kiosk.base.place import BasePlace, read_settings
from kiosk.domain.access import Action
from kiosk.office.base import BasePort
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

    return BasePort(look, invite, sign, revoke, folders)
