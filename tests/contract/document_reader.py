"""What every DocumentReader does, whatever family it is of. Inherit and provide ``stage``."""

from __future__ import annotations

from typing import Protocol

from drivers.port import (
    DeviceLost,
    DeviceReady,
    DocumentEvent,
    DocumentPresented,
    DocumentReader,
    DocumentRemoved,
    IdentityRead,
    PortraitRead,
    ReadFailed,
)
from drivers.sdt.simulated_card import SimulatedCard
from tests.helpers.sdt import a_card, poll_until


class Stage(Protocol):
    """A reader, and the hands that put cards on it and pull its cable."""

    reader: DocumentReader

    def put(self, card: SimulatedCard, *, readable: bool = True) -> None: ...

    def lift(self) -> None: ...

    def unplug(self) -> None: ...

    def replug(self) -> None: ...


def kinds(events: list[DocumentEvent]) -> list[type[DocumentEvent]]:
    return [type(event) for event in events]


def identity_in(events: list[DocumentEvent]) -> IdentityRead:
    (identity,) = (event for event in events if isinstance(event, IdentityRead))
    return identity


class DocumentReaderContract:
    """Subclasses define the fixture ``stage``."""

    def test_says_once_that_it_is_ready(self, stage: Stage) -> None:
        assert kinds(poll_until(stage.reader, DeviceReady)) == [DeviceReady]

    def test_a_card_is_presented_then_identified_then_its_portrait_comes(self, stage: Stage) -> None:
        poll_until(stage.reader, DeviceReady)
        stage.put(a_card())
        events = poll_until(stage.reader, PortraitRead)
        assert kinds(events) == [DocumentPresented, IdentityRead, PortraitRead]
        presented, identity, portrait = events
        assert isinstance(presented, DocumentPresented)
        assert isinstance(identity, IdentityRead)
        assert isinstance(portrait, PortraitRead)
        assert presented.at_s <= identity.first_byte_at_s <= portrait.at_s

    def test_a_card_that_stays_is_read_once(self, stage: Stage) -> None:
        poll_until(stage.reader, DeviceReady)
        stage.put(a_card())
        poll_until(stage.reader, PortraitRead)
        later = [event for _ in range(5) for event in stage.reader.poll()]
        assert set(kinds(later)) <= {DocumentRemoved}

    def test_lifting_is_said_once_and_the_next_card_is_its_own(self, stage: Stage) -> None:
        poll_until(stage.reader, DeviceReady)
        stage.put(a_card("测试甲", order=1))
        first = identity_in(poll_until(stage.reader, PortraitRead))
        stage.lift()
        assert kinds(poll_until(stage.reader, DocumentRemoved)) == [DocumentRemoved]
        stage.put(a_card("样例乙", order=2))
        second = identity_in(poll_until(stage.reader, PortraitRead))
        assert first.token != second.token
        assert (first.masked_name, second.masked_name) == ("测**", "样**")

    def test_the_same_card_again_gives_the_same_token(self, stage: Stage) -> None:
        poll_until(stage.reader, DeviceReady)
        tokens = set()
        for _ in range(2):
            stage.put(a_card())
            tokens.add(identity_in(poll_until(stage.reader, PortraitRead)).token)
            stage.lift()
            poll_until(stage.reader, DocumentRemoved)
        assert len(tokens) == 1

    def test_an_unreadable_card_fails_once_and_is_over_when_lifted(self, stage: Stage) -> None:
        poll_until(stage.reader, DeviceReady)
        stage.put(a_card(), readable=False)
        assert kinds(poll_until(stage.reader, ReadFailed)) == [DocumentPresented, ReadFailed]
        stage.lift()
        assert kinds(poll_until(stage.reader, DocumentRemoved)) == [DocumentRemoved]

    def test_unplugging_and_replugging(self, stage: Stage) -> None:
        poll_until(stage.reader, DeviceReady)
        stage.unplug()
        assert kinds(poll_until(stage.reader, DeviceLost)) == [DeviceLost]
        assert [event for _ in range(3) for event in stage.reader.poll()] == []
        stage.replug()
        assert kinds(poll_until(stage.reader, DeviceReady)) == [DeviceReady]
        stage.put(a_card())
        poll_until(stage.reader, PortraitRead)

    def test_the_receiver_owns_what_it_wipes(self, stage: Stage) -> None:
        poll_until(stage.reader, DeviceReady)
        stage.put(a_card())
        events = poll_until(stage.reader, PortraitRead)
        (portrait,) = (event for event in events if isinstance(event, PortraitRead))
        identity = identity_in(events)
        portrait.data.wipe()
        identity.name.wipe()
        assert portrait.data.wiped
        assert identity.name.wiped

    def test_events_do_not_show_the_person(self, stage: Stage) -> None:
        poll_until(stage.reader, DeviceReady)
        card = a_card("测试甲")
        stage.put(card)
        shown = repr(poll_until(stage.reader, PortraitRead))
        assert "测试甲" not in shown
        assert card.fields["id_number"] not in shown
        assert card.fields["birth"] not in shown

    def test_after_close_nothing_is_said(self, stage: Stage) -> None:
        poll_until(stage.reader, DeviceReady)
        stage.reader.close()
        stage.reader.close()
        assert stage.reader.poll() == []
