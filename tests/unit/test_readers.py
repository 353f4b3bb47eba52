"""Two document readers at one station, heard as one."""

from __future__ import annotations

from drivers.port import (
    DeviceLost,
    DeviceReady,
    DocumentEvent,
    DocumentJudged,
    DocumentKind,
    DocumentPresented,
    DocumentProof,
    DocumentValidity,
    IdentityRead,
    IdToken,
    KeyTaken,
    PortraitFormat,
    PortraitRead,
    ReadProgress,
)
from drivers.secret import SecretText, SensitiveBytes
from kiosk.station.readers import ReaderGroup


class Heard:
    def __init__(self) -> None:
        self.events: list[DocumentEvent] = []
        group = ReaderGroup(["cards", "passports"], self.events.append)
        self.cards, self.passports = group.from_reader("cards"), group.from_reader("passports")


def identity(*, chip: bool = False) -> IdentityRead:
    kind = DocumentKind.PASSPORT if chip else DocumentKind.RESIDENT
    valid = DocumentValidity.VALID
    return IdentityRead(kind, "UTO", IdToken(bytes(32)), "E***", SecretText("E X"), True, valid, 1.0, chip)


def portrait() -> PortraitRead:
    return PortraitRead(PortraitFormat.JPEG, SensitiveBytes(b"\xff\xd8picture"), 1.0)


def test_nobody_is_served_unless_every_reader_answers() -> None:
    heard = Heard()
    heard.cards(DeviceReady("1"))
    assert heard.events == []
    heard.passports(DeviceReady())
    assert heard.events == [DeviceReady()]
    heard.cards(DeviceLost("transport_lost"))
    heard.passports(DeviceLost("transport_lost"))
    assert heard.events[1:] == [DeviceLost("transport_lost")]
    heard.passports(DeviceReady())
    assert len(heard.events) == 2
    heard.cards(DeviceReady("1"))
    assert heard.events[2:] == [DeviceReady("1")]


def test_what_was_left_on_the_other_reader_is_wiped_unseen() -> None:
    heard = Heard()
    left, left_portrait = identity(), portrait()
    heard.cards(DocumentPresented(1.0))
    heard.passports(DocumentPresented(2.0))
    heard.events.clear()
    heard.cards(left)
    heard.cards(left_portrait)
    assert heard.events == []
    assert left.name.wiped
    assert left_portrait.data.wiped


def test_a_chip_in_the_middle_of_being_read_is_not_interrupted() -> None:
    heard = Heard()
    heard.passports(DocumentPresented(1.0))
    heard.passports(ReadProgress(0.2))
    heard.passports(identity(chip=True))
    heard.events.clear()
    heard.cards(DocumentPresented(2.0))
    heard.cards(identity())
    assert heard.events == []
    heard.passports(DocumentJudged(DocumentProof.GENUINE, 3.0))
    assert len(heard.events) == 1
    heard.cards(DocumentPresented(4.0))
    assert heard.events[1:] == [DocumentPresented(4.0)]


def test_a_swipe_is_heard_whatever_lies_where() -> None:
    heard = Heard()
    heard.cards(DocumentPresented(1.0))
    heard.passports(KeyTaken())
    assert heard.events[-1] == KeyTaken()
