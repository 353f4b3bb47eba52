"""The office: who is in it, what is offered to them, and which subject they are in. Window's thread."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol, TypeVar

from kiosk.domain.access import Action, Principal
from kiosk.office.subject import Room, Subject, Work
from kiosk.office.view import HomePage, Page, Tile, Told
from kiosk.ports import Clock
from kiosk.text import Texts

T = TypeVar("T")


class Glass(Protocol):
    """The window, below its bar."""

    def show_page(self, page: Page) -> None: ...

    def forget_pages(self) -> None: ...


@dataclass(frozen=True)
class Offer:
    """A tile for whoever may do any of ``needs``, while it is ``there``. ``icon``: a name of kiosk.ui.icons.Icon."""

    name: str
    icon: str
    needs: frozenset[Action]
    make: Callable[[Room], Subject]
    there: Callable[[], bool] = lambda: True


class Office:
    """``enter`` and ``leave`` are the log-in's; everything else is what a person does on the pages."""

    def __init__(
        self,
        glass: Glass,
        offers: tuple[Offer, ...],
        work: Work,
        clock: Clock,
        post: Callable[[Callable[[], None]], None],
        later: Callable[[float, Callable[[], None]], None],
    ) -> None:
        """``post`` runs a call in the window's thread, ``later`` so many seconds from now."""
        self._glass, self._offers = glass, offers
        self._work, self._clock, self._post, self._later = work, clock, post, later
        self._texts: Texts | None = None
        self._who: Principal | None = None
        self._rooms: list[tuple[Subject, object]] = []

    @property
    def inside(self) -> bool:
        return self._who is not None

    def enter(self, who: Principal, texts: Texts) -> None:
        self._who, self._texts = who, texts
        self._go_home(None)

    def leave(self) -> None:
        """Nothing of anybody is left, and no answer that is still under way reaches the glass."""
        self._who, self._texts = None, None
        self._rooms.clear()
        self._glass.forget_pages()

    def offered(self) -> tuple[Offer, ...]:
        who = self._who
        theirs = (offer for offer in self._offers if who is not None and any(map(who.may, offer.needs)))
        return tuple(offer for offer in theirs if offer.there())

    # --- what is done on the pages -----------------------------------------------------------------

    def on_tile(self, name: str) -> None:
        offer = next((offer for offer in self.offered() if offer.name == name), None)
        if offer is not None and not self._rooms:
            self._go_in(offer.make)

    def on_act(self, name: str, row: str) -> None:
        if subject := self._subject:
            subject.act(name, row)

    def on_chosen(self, name: str, value: str) -> None:
        if subject := self._subject:
            subject.chosen(name, value)

    def on_search(self, text: str) -> None:
        if subject := self._subject:
            subject.searched(text)

    def on_opened(self, row: str) -> None:
        if subject := self._subject:
            subject.opened(row)

    def on_turned(self, later: bool) -> None:
        if subject := self._subject:
            subject.turned(later)

    def on_submit(self, values: Mapping[str, str]) -> None:
        if subject := self._subject:
            subject.submitted(values)

    def on_form_act(self, name: str, typed: Mapping[str, str]) -> None:
        if subject := self._subject:
            subject.acted(name, typed)

    def on_back(self) -> None:
        if (subject := self._subject) and not subject.back():
            self._go_out(None)

    # --- rooms -------------------------------------------------------------------------------------

    @property
    def _subject(self) -> Subject | None:
        return self._rooms[-1][0] if self._rooms else None

    def _go_in(self, make: Callable[[Room], Subject]) -> None:
        who, texts = self._who, self._texts
        if who is None or texts is None:
            return
        key = object()

        def here() -> bool:
            return bool(self._rooms) and self._rooms[-1][1] is key

        def if_here(call: Callable[[], None]) -> None:
            if here():
                call()

        room = Room(
            texts,
            who,
            _Guarded(self._work, if_here),
            self._clock,
            show=lambda page: if_here(lambda: self._glass.show_page(page)),
            enter=lambda part: if_here(lambda: self._go_in(part)),
            leave=lambda told: if_here(lambda: self._go_out(told)),
            post=lambda call: self._post(lambda: if_here(call)),
            later=lambda seconds, call: self._later(seconds, lambda: if_here(call)),
        )
        subject = make(room)
        self._rooms.append((subject, key))
        subject.open()

    def _go_out(self, told: Told | None) -> None:
        self._rooms.pop()
        if self._subject is not None:
            self._subject.open(told)
        else:
            self._go_home(told)

    def _go_home(self, told: Told | None) -> None:
        texts = self._texts
        if texts is None:
            return
        tiles = tuple(
            Tile(offer.name, offer.icon, texts(f"office.tile.{offer.name}"), texts(f"office.tile_line.{offer.name}"))
            for offer in self.offered()
        )
        lead = texts("office.home_lead" if tiles else "office.home_nothing")
        self._glass.show_page(HomePage(texts("office.home"), lead, tiles, told))


@dataclass(frozen=True)
class _Guarded:
    """Work whose answers reach only whoever is still where they asked."""

    work: Work
    if_here: Callable[[Callable[[], None]], None]

    def do(
        self,
        call: Callable[[], T],
        answered: Callable[[T], None] | None = None,
        failed: Callable[[Exception], None] | None = None,
    ) -> None:
        self.work.do(
            call,
            lambda answer: self.if_here(lambda: answered(answer) if answered else None),
            lambda error: self.if_here(lambda: failed(error) if failed else None),
        )
