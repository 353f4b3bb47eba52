"""Does what the panel asks for: cards, codes, people, faults. One thing after the other, off the window's thread."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from contextlib import suppress

from kiosk.rehearsal.actor import World
from kiosk.rehearsal.hands_on_cards import Deck
from kiosk.rehearsal.peers import PeerLost

VISITOR = "visitor-"
GROUPS = ("nobody", "two_people", "bystander", "background")
FAULTS = ("unplug_gate", "replug_gate", "unplug_desk", "replug_desk", "camera_lost")


class Director:
    """``lost`` is called, on the director's thread, when a process of the rehearsal no longer answers."""

    def __init__(self, world: World, deck: Deck, lost: Callable[[str], None]) -> None:
        self._world, self._deck, self._lost = world, deck, lost
        self._face, self._group = 0, ""
        self._work: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="director", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """What was asked for before is still done; a process that does not answer is waited for as long as for any."""
        self._work.put(None)
        self._thread.join()

    def put(self, reader: str, card: str) -> None:
        def put() -> None:
            self._world.lift_card(reader)
            self._world.put_card(self._deck.cards[card], reader)

        self._work.put(put)

    def lift(self, reader: str) -> None:
        self._work.put(lambda: self._world.lift_card(reader))

    def scan(self, card: str, whose: str) -> None:
        """``whose``: "own" or "other"."""
        code = self._deck.cards[card].code if whose == "own" else self._deck.another_code(card)
        self._work.put(lambda: _ask(self._world, {"scan": code}))

    def walk_through(self) -> None:
        """Somebody passes the gate's sensor."""
        self._work.put(lambda: _ask(self._world, {"walk": True}))

    def holder_of(self, card: str) -> str:
        """Key of the person who carries this card: not always the one on its portrait."""
        return f"{VISITOR}{self._deck.cards[card].live_face}"

    def show(self, person: str) -> None:
        """One visitor alone, nobody, or the visitor shown last with somebody else."""
        if person.startswith(VISITOR):
            self._face, self._group = int(person.removeprefix(VISITOR)), "person"
        else:
            self._group = person
        scene, face = self._group, self._face
        self._work.put(lambda: self._world.show(scene, face))

    def fault(self, name: str) -> None:
        if name == "camera_lost":
            self._work.put(self._world.lose_camera)
            return
        action, reader = name.split("_")
        self._work.put(lambda: _ask(self._world, {action: reader}))

    def _run(self) -> None:
        while (task := self._work.get()) is not None:
            try:
                task()
            except PeerLost as lost:
                with suppress(RuntimeError):  # the window may be gone already
                    self._lost(str(lost))
                return


def _ask(world: World, message: dict[str, object]) -> None:
    world.stage.ask(message)
