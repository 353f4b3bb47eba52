"""A rehearsal whose people are marked: what the product may keep of them is known byte by byte."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

import cv2
import psutil

from drivers.sdt.simulated_card import SimulatedCard
from kiosk.config.event import AttackSignals
from kiosk.face.models import checked_models
from kiosk.face.networks import Models
from kiosk.rehearsal.actor import Actor, Part
from kiosk.rehearsal.casting import cast
from kiosk.rehearsal.conductor import Conductor
from kiosk.rehearsal.film_people import cut_out
from kiosk.rehearsal.film_scene import Painter, Scene
from kiosk.rehearsal.kinds import Kind
from kiosk.rehearsal.peers import Peer
from kiosk.rehearsal.people import Visitor
from kiosk.rehearsal.performance import Performance, Setting, curtain
from kiosk.rehearsal.photos import people
from kiosk.rehearsal.report import Report
from kiosk.rehearsal.wire import Message
from tests.helpers import canary_pictures
from tests.helpers.canaries import Canaries, Found
from tests.helpers.canary_film import StillPainter, still

MARK = "犇羴鱻"
"""Rare enough that no text of ours has it; in the name, and before the address."""
ADDRESS = f"{MARK}省金丝雀市虚构路"
RESULTS = frozenset({"welcome", "see_staff", "where_to_go"})
AFTER_DECISION_S = 1.0
IN_THE_MIDDLE_S = (0.7, 1.1, 0.9, 1.5, 2.2)
"""Seconds after the screen *Look here*: the first sample comes before, the decision after. Later on a busy machine."""
VISIT_PROCESS = "gate: kiosk-visit"
HELD = ("gate", VISIT_PROCESS)


class Marked(Visitor):
    """A visitor whose card's address bears the mark as well."""

    def card(self, portrait_block: bytes) -> SimulatedCard:
        card = super().card(portrait_block)
        fields = {**card.fields, **({"address": ADDRESS} if "address" in card.fields else {})}
        return replace(card, fields=fields)


@dataclass
class Sight:
    """One look at the product's processes. ``by_process``: role -> what was found there."""

    by_process: dict[str, Found] = field(default_factory=dict)

    @property
    def unscanned_bytes(self) -> int:
        return sum(found.unscanned_bytes for found in self.by_process.values())

    @property
    def scanned_bytes(self) -> int:
        return sum(found.scanned_bytes for found in self.by_process.values())

    def hits(self) -> dict[tuple[str, str], int]:
        """(process, canary) -> bytes found."""
        return {
            (role, name): count
            for role, found in self.by_process.items()
            for name, count in found.bytes_by_name.items()
        }

    def where(self, role: str, name: str) -> set[str]:
        return self.by_process[role].where.get(name, set())


class CanaryWorld:
    """Plays parts and looks into the product's memory after each."""

    def __init__(self, performance: Performance, parts: list[Part]) -> None:
        self.parts = parts
        self.performance = performance
        self._shown = Scene()
        self._tables: dict[object, Canaries] = {}
        self._decided_at_s = 0.0
        self._world = replace(performance.world, show=self._show)
        self._conductor = Conductor(self._world, Report(None))
        performance.gate.on_message = self._hear

    def play(self, part: Part) -> tuple[str, Sight]:
        """One visit; what came of it, and what is left a second after the decision."""
        self._decided_at_s = 0.0
        result = self._conductor.play(part)
        decided_at_s = self._decided_at_s or time.monotonic()
        time.sleep(max(0.0, decided_at_s + AFTER_DECISION_S - time.monotonic()))
        return result.actual, self.look(part)

    def type_at_desk(self, part: Part) -> Sight:
        """A forgotten card: its number typed at the desk and looked up, then the next person asked for; what is left of
        it a second later."""
        desk = self.performance.world.desk
        assert desk is not None
        self._next_at(desk)  # whoever was last at the desk may still be on its screen
        for key in (*part.visitor.number, "Return"):
            desk.send({"key": f"Key_{key}"})
        desk.wait(lambda m: m.get("desk") == "facts", 6.0, "ticket facts at the desk")
        self._next_at(desk)
        time.sleep(AFTER_DECISION_S)
        return self.look(part)

    @staticmethod
    def _next_at(desk: Peer) -> None:
        desk.forget()
        desk.send({"tap": "desk_next"})
        answer = desk.wait(lambda m: m.get("tapped") == "desk_next", 6.0, "tap on desk_next")
        if answer["ok"]:
            desk.wait(lambda m: m.get("desk") == "waiting", 6.0, "empty desk")

    def look(self, part: Part) -> Sight:
        """Scan every process of the product for everything of this part's person."""
        canaries = self._canaries(part)
        return Sight({role: canaries.scan(pid) for role, pid in self.processes()})

    def look_into_a_visit(self, part: Part, wanted: Collection[str]) -> Sight:
        """Look into the part's visits under way, one after the other, until their process held all that is ``wanted``;
        what all looks found together."""
        together = Sight({role: Found() for role in HELD})
        for seconds in IN_THE_MIDDLE_S:
            for role, found in self.look_in_the_middle(part, seconds).by_process.items():
                together.by_process[role].add(found)
            if set(wanted) <= set(together.by_process[VISIT_PROCESS].bytes_by_name):
                break
        return together

    def look_in_the_middle(self, part: Part, seconds: float) -> Sight:
        """Begin the part's face check, hold its processes ``seconds`` after the lease, and scan them like that."""
        self.performance.gate.forget()
        actor = Actor(self._world, part)
        try:
            actor.film("standing")
            canaries = self._canaries(part)
            actor.choose_face()
            actor.put_card()
            actor.wait_screen("look_here")
            time.sleep(seconds)
            sight = self._look_at_held(canaries)
            self.performance.gate.wait(lambda m: "visit" in m, 10.0, "end of the visit")
        finally:
            actor.mend()
        self._conductor.wait_ready()
        return sight

    def _look_at_held(self, canaries: Canaries) -> Sight:
        held = [(role, psutil.Process(pid)) for role, pid in self.processes() if role in HELD]
        for _, process in held:
            process.suspend()
        try:
            return Sight({role: canaries.scan(process.pid) for role, process in held})
        finally:
            for _, process in held:
                process.resume()

    def _canaries(self, part: Part) -> Canaries:
        key = (part.portrait_block, self._shown.name, self._shown.faces)
        if key not in self._tables:
            self._tables = {key: Canaries(self.pictures_of(part))}
        return self._tables[key].with_texts(texts_of(part))

    def pictures_of(self, part: Part) -> dict[str, bytes]:
        pictures = canary_pictures.of_portrait(part.portrait_block, self.models)
        if self._shown.faces:
            pictures |= canary_pictures.of_frame(still(self.painter, self._shown), self.models)
        return pictures

    def processes(self) -> Iterator[tuple[str, int]]:
        """Role and pid of everything the product runs now."""
        peers = {"gate": self.performance.gate, "desk": self.performance.world.desk}
        for role, peer in peers.items():
            if peer is None:
                continue
            root = psutil.Process(peer.process.pid)
            yield role, root.pid
            for child in root.children(recursive=True):
                yield f"{role}: {child.name()}", child.pid

    def sensitive_count(self) -> Message:
        """The gate's own count of its buffers."""
        gate = self.performance.gate
        gate.send({"sensitive": "send"})
        count: Message = gate.wait(lambda m: "sensitive" in m, 5.0, "count of buffers")["sensitive"]
        return count

    @cached_property
    def models(self) -> Models:
        cv2.setNumThreads(2)
        return Models(checked_models())

    @cached_property
    def painter(self) -> Painter:
        return StillPainter([cut_out(person.live) for person in people()])

    def _show(self, scene: str, face: int) -> None:
        second = face + 2 if scene == "swap" else face + 1
        self._shown = Scene(scene, (face, second)) if scene != "nobody" else Scene()
        self.performance.world.show(scene, face)

    def _hear(self, message: Message) -> None:
        if message.get("view") in RESULTS:
            self._decided_at_s = time.monotonic()


@contextmanager
def canary_world(kinds: list[Kind], desk: bool = True) -> Iterator[CanaryWorld]:
    """The product with one marked person per kind. Raises PhotosUnavailable, PeerLost."""
    casting = cast(kinds, people())
    parts = [_marked(part) for part in casting.parts]
    names = {part.visitor.number: part.visitor.name for part in parts}
    rows = [_row(row, names) for row in casting.rows]
    setting = Setting(
        rows, pace="fast", desk=desk, film="tests.helpers.canary_film", attack_signals=AttackSignals.OFF
    )  # that film stands still
    with curtain(setting) as performance:
        yield CanaryWorld(performance, parts)


def texts_of(part: Part) -> dict[str, bytes]:
    """The person's texts as Python, Qt and the card write them."""
    number = part.visitor.number
    texts = {f"number, {code}": number.encode(code) for code in ("ascii", "utf-16-le")}
    return texts | {f"name or address, {code}": MARK.encode(code) for code in ("utf-8", "utf-16-le", "utf-32-le")}


def files_with(folder: Path, marks: dict[str, bytes]) -> Counter[str]:
    """How often each mark stands in the files below ``folder``."""
    counted: Counter[str] = Counter()
    for path in folder.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            counted.update({name: content.count(mark) for name, mark in marks.items() if mark in content})
    return counted


def _marked(part: Part) -> Part:
    visitor = part.visitor
    name = f"{MARK}{visitor.name[-1]}"
    return replace(
        part,
        visitor=Marked(visitor.index, name, visitor.number, visitor.kind, visitor.face, visitor.child, visitor.expired),
    )


def _row(row: tuple[str, ...], names: dict[str, str]) -> tuple[str, ...]:
    if row[3] not in names or row[4] == "王样例":
        return row
    return (*row[:4], names[row[3]], *row[5:])
