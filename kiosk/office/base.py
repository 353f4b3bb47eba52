"""The venue's base for whoever runs it: does it answer, who is enrolled and was last seen; letting in, cutting off."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from kiosk.domain.access import Action
from kiosk.office.base_ends import EndsPages, Waited
from kiosk.office.enrolment import AnswerPages, InvitePages
from kiosk.office.subject import Room, Subject
from kiosk.office.view import Act, Column, Group, ListPage, Mark, Row, SheetPage, Told, Weight
from kiosk.text import Texts

_COLUMNS = {"device": 1.4, "kind": 0.8, "certificate": 1.8, "seen": 1.6, "version": 0.8}
_KINDS = ("gate", "desk")


@dataclass(frozen=True)
class BasePort:
    """Acts that wait; each asks the role table first and raises BaseTrouble.

    ``look``: kiosk.base.admin.numbers. ``invite``: a code for a device of a name and a kind. ``sign``: a request's file
    is answered in a folder; the device, and the name of the answer's file. ``ends``: who is waited for.
    """

    look: Callable[[], Mapping[str, Any]]
    invite: Callable[[str, str], str]
    sign: Callable[[Path, Path], tuple[str, str]]
    revoke: Callable[[str], None]
    ends: Callable[[], list[Waited]]
    folders: tuple[Path, ...]


class BasePages(Subject):
    def __init__(self, room: Room, port: BasePort) -> None:
        self._room, self._port = room, port
        self._devices: list[Mapping[str, Any]] = []

    def open(self, told: Told | None = None) -> None:
        room = self._room

        def show(found: Mapping[str, Any]) -> None:
            self._devices = found["devices"]
            may = room.who.may(Action.CHANGE_CONFIGURATION)
            room.show(base_page(found, room.clock.now(), room.texts, told, may_change=may))

        def failed(why: Told) -> None:
            again = (Act("again", room.texts("office.again")),)
            room.show(ListPage(room.texts("office.base.title"), (), (), told=why, acts=again))

        room.ask(self._port.look, show, failed)

    def act(self, name: str, row: str) -> None:
        room, port = self._room, self._port
        if name == "again":
            self.open()
        elif name in _KINDS:
            room.enter(lambda inner: InvitePages(inner, lambda device: port.invite(device, name)))
        elif name == "ends":
            room.enter(lambda inner: EndsPages(inner, port.ends))
        elif name == "answer":
            room.enter(lambda inner: AnswerPages(inner, port.sign, port.folders))

    def opened(self, row: str) -> None:
        device = next((each for each in self._devices if each["device"] == row), None)
        if device is not None:
            self._room.enter(lambda inner: DevicePages(inner, device, self._port.revoke))


class DevicePages(Subject):
    """One device of the base; the way to cut it off."""

    def __init__(self, room: Room, device: Mapping[str, Any], revoke: Callable[[str], None]) -> None:
        self._room, self._device, self._revoke = room, device, revoke

    def open(self, told: Told | None = None) -> None:
        texts, device = self._room.texts, self._device
        cells = _cells(device, self._room.clock.now(), texts)
        fields = tuple(zip((texts(f"office.base.column.{name}") for name in _COLUMNS), cells, strict=True))
        may = self._room.who.may(Action.CHANGE_CONFIGURATION) and not device["revoked_at"]
        acts = (Act("revoke", texts("office.base.act.revoke"), Weight.DANGER),) if may else ()
        lead = texts("office.base.stays") if may else ""
        self._room.show(SheetPage(device["device"], (Group("", fields),), lead, told, acts=acts))

    def act(self, name: str, row: str) -> None:
        room, device = self._room, str(self._device["device"])
        if name == "revoke":
            done = Told(Mark.GOOD, room.texts("office.base.revoked", device=device))
            room.ask(lambda: self._revoke(device), lambda _: room.leave(done), self.open)


def base_page(
    found: Mapping[str, Any], now: float, texts: Texts, told: Told | None = None, *, may_change: bool = False
) -> ListPage:
    """Devices below, what the base holds of each event above."""
    rows = tuple(_row(each, now, texts) for each in found["devices"])
    connections = found["connections"]
    lines = [
        texts("office.base.server", version=found["server"], taken=connections["devices"], most=connections["most"])
    ]
    lines += [texts("office.base.event", **event) for event in found["events"]]
    pending = sum(event["pending"] for event in found["events"])
    if told is None and pending:
        told = Told(Mark.LOOK, texts("office.base.pending", count=pending))
    columns = tuple(Column(texts(f"office.base.column.{name}"), share) for name, share in _COLUMNS.items())
    changing = tuple(Act(name, texts(f"office.base.act.{name}")) for name in (*_KINDS, "answer"))
    missing = sum(event["missing"] for event in found["events"] if event["state"] == "closing")
    if told is None and missing:
        told = Told(Mark.BAD, texts("office.base.ends.missing", count=missing))
    ends = (Act("ends", texts("office.base.ends.title")),) if _closes(found) else ()
    acts = (Act("again", texts("office.again")), *ends, *(changing if may_change else ()))
    title, lead, empty = texts("office.base.title"), "\n".join(lines), texts("office.base.nobody")
    return ListPage(title, columns, rows, lead, told, acts=acts, empty=empty, opens=True)


def _closes(found: Mapping[str, Any]) -> bool:
    return any(event["state"] == "closing" for event in found["events"])


def _row(device: Mapping[str, Any], now: float, texts: Texts) -> Row:
    sound = _state(device, now) == "until"
    return Row(device["device"], _cells(device, now, texts), Mark.GOOD if sound else Mark.BAD)


def _state(device: Mapping[str, Any], now: float) -> str:
    """revoked, over or until: a name of words about the certificate."""
    over = device["expires_at"] is not None and device["expires_at"] <= now
    return "revoked" if device["revoked_at"] else "over" if over else "until"


def _cells(device: Mapping[str, Any], now: float, texts: Texts) -> tuple[str, ...]:
    at = _moment(device["revoked_at"] or device["expires_at"])
    certificate = texts(f"office.base.certificate.{_state(device, now)}", at=at)
    return (
        device["device"],
        texts(f"office.base.kind.{device['kind']}"),
        certificate,
        _moment(device["seen_at"]),
        device["version"] or "–",
    )


def _moment(at: float | None) -> str:
    return "–" if at is None else f"{datetime.fromtimestamp(at).astimezone():%Y-%m-%d %H:%M}"
