"""One attendee of a rehearsal: does what a person would do at the kiosk, through fingers, cards and a film."""

from __future__ import annotations

import os
import resource
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace

import psutil

from drivers.port import DocumentKind
from kiosk.rehearsal.kinds import Kind
from kiosk.rehearsal.passports import Paper, paper_message, zone
from kiosk.rehearsal.peers import Peer
from kiosk.rehearsal.people import Visitor
from kiosk.rehearsal.stage import card_message
from kiosk.rehearsal.wire import Message


@dataclass(frozen=True)
class Part:
    """What one visit is played with. ``portrait_block`` is the card's; ``live_face`` who stands there."""

    kind: Kind
    visitor: Visitor
    portrait_block: bytes
    live_face: int
    code: str
    other_code: str
    paper: Paper | None = None


COMPANIONS_ZONE = zone(DocumentKind.PASSPORT, "P9999999U", "EXAMPLE, COMPANION", "800101", "450101")
LIFTED_AT_APDU = 30
"""In the middle of the portrait."""
AFTER_TAP = frozenset({"admitted", "to_supervisor", "trouble", "waiting"})
CAMERA_OPENS_S = 1.2
TOUCH_S = 15.0
CHECK_S = 30.0
BESIDE_THE_SCREEN = {
    "choice_face": "left",
    "choice_staff": "right",
    "stop": "left",
    "dispute": "left",
    "hold_no": "left",
    "hold_yes": "right",
}
"""Which of the two lit buttons an attendee presses instead of touching."""
LOOKS_S = 0.9
"""A person looks before pressing. A lamp is dark for a moment after a screen in which its button means something else;
before that moment the lamp of the last screen may still be lit."""
HEARD_S = 0.6
"""So long somebody waits for the screen before they press again."""
HAND_OVER_S = 1.0
"""Between one person's card leaving the reader and the next one's arriving. A reader knows after two unanswered finds,
up to 0.65 s, that a card is gone; one swapped faster is taken for the card before until it is lifted."""


@dataclass(frozen=True)
class World:
    """The processes an attendee meets."""

    gate: Peer
    desk: Peer | None
    stage: Peer
    show: Callable[[str, int], None]
    lose_camera: Callable[[], None]
    admit_before: Callable[[Part], None]
    lifted_at_s: dict[str, float] = field(default_factory=dict)
    buttons: bool = False
    """Whether attendees press the lit buttons beside the gate's screen instead of touching it."""

    def put_card(self, part: Part, reader: str = "gate") -> None:
        self._hand_over(reader)
        if part.paper is not None:
            self.swipe(part.paper)
            self.lay_down(part.paper)
            return
        card = part.visitor.card(part.portrait_block)
        self.stage.ask({"put": reader, "card": card_message(card)})

    def swipe(self, paper: Paper) -> None:
        self.stage.ask({"passport": "swipe", "lines": list(paper.mrz_lines)})

    def lay_down(self, paper: Paper) -> None:
        self._hand_over("gate")
        self.stage.ask({"passport": "put", "paper": paper_message(paper)})

    def _hand_over(self, reader: str) -> None:
        time.sleep(max(0.0, self.lifted_at_s.get(reader, 0.0) + HAND_OVER_S - time.monotonic()))

    def lift_card(self, reader: str = "gate") -> None:
        self.stage.ask({"lift": reader})
        if reader == "gate":
            self.stage.ask({"passport": "lift"})
        self.lifted_at_s[reader] = time.monotonic()


class Actor:
    """Implements kiosk.rehearsal.kinds.Attendee."""

    def __init__(self, world: World, part: Part) -> None:
        self._world, self._part = world, part
        self._mend: list[Callable[[], None]] = []

    # --- the attendee ----------------------------------------------------------------------------

    def choose_face(self) -> None:
        self._tap(self._world.gate, "choice_face")

    def choose_staff(self) -> None:
        self._tap(self._world.gate, "choice_staff")

    def stop(self) -> None:
        self._tap(self._world.gate, "stop")

    def other_way(self, button: str) -> None:
        self._tap(self._world.gate, button)

    def dispute(self) -> None:
        self._tap(self._world.gate, "dispute")
        self._tap(self._world.gate, "hold_yes")

    def wait_keeping(self) -> str:
        ended = {"kept", "failed"}
        seen = self._world.gate.wait(lambda m: m.get("keeping") in ended, CHECK_S, "captures held")
        return str(seen["keeping"])

    def put_card(self, reader: str = "gate") -> None:
        self._world.put_card(self._part, reader)

    def swipe(self, whose: str = "own") -> None:
        paper = self._paper
        self._world.swipe(paper if whose == "own" else replace(paper, mrz_lines=COMPANIONS_ZONE))

    def lay_down(self) -> None:
        self._world.lay_down(self._paper)

    @property
    def _paper(self) -> Paper:
        assert self._part.paper is not None, self._part.kind.name
        return self._part.paper

    def lift_card(self, reader: str = "gate") -> None:
        self._world.lift_card(reader)

    def scan_code(self, whose: str = "own") -> None:
        self._world.stage.ask({"scan": self._part.code if whose == "own" else self._part.other_code})

    def film(self, scene: str) -> None:
        self._world.show(scene, self._part.live_face)

    def wait_screen(self, screen: str, timeout_s: float = 10.0) -> None:
        """``screen`` may also be key_wanted or key_here: the document's screen with those words."""
        asks = screen in {"key_wanted", "key_here"}
        self._world.gate.wait(
            lambda m: bool(m.get(screen)) if asks else m.get("view") == screen, timeout_s, f"screen {screen}"
        )

    def wait_camera(self) -> None:
        """Until the camera is open: its sign is lit from the moment opening begins."""
        self._world.gate.wait(lambda m: m.get("camera") is True, 5.0, "camera sign")
        time.sleep(CAMERA_OPENS_S)

    def walk_through(self) -> None:
        """The gate is open: go."""
        self._world.stage.ask({"walk": True})

    def passed_before(self) -> None:
        self._world.admit_before(self._part)

    # --- the attendant ---------------------------------------------------------------------------

    def desk_admit(self) -> str:
        return self._at_desk("desk_admit", "admitted")

    def desk_supervisor(self) -> str:
        return self._at_desk("desk_supervisor", "to_supervisor")

    def desk_check(self, look_s: float) -> tuple[str, float, int]:
        """An officer looks for ``look_s`` and admits: how it ended, seconds from document to open gate, taps."""
        time.sleep(max(0.0, self._world.lifted_at_s.get("desk", 0.0) + HAND_OVER_S - time.monotonic()))
        began_s = time.monotonic()
        ended = self._at_desk("desk_admit", "admitted", look_s)
        return ended, time.monotonic() - began_s, 1

    def _at_desk(self, button: str, state: str, look_s: float = 0.0) -> str:
        desk = self._world.desk
        if desk is None:
            return "desk:none"
        desk.forget()
        self.put_card("desk")
        desk.wait(lambda m: m.get("desk") == "facts", 6.0, "ticket facts at the desk")
        desk.forget()
        time.sleep(look_s)
        self._tap(desk, button)
        seen = desk.wait(lambda m: m.get("desk") in AFTER_TAP, 6.0, state)
        self.lift_card("desk")
        return f"desk:{seen['desk']}"

    # --- what goes wrong -------------------------------------------------------------------------

    def fault(self, name: str) -> None:
        getattr(self, f"_fault_{name}")()

    def mend(self) -> None:
        """Put right what this visit broke, and take the card away."""
        for repair in self._mend:
            repair()
        self._mend.clear()
        self.lift_card()

    def _fault_corrupt_frame(self) -> None:
        self._world.stage.ask({"corrupt": "gate", "longer_than": 1000})

    def _fault_lift_during_read(self) -> None:
        self._world.stage.ask({"fail_reads": "gate", "count": 1})

    def _fault_lift_chip(self) -> None:
        self._world.stage.ask({"passport": "lift_after", "apdus": LIFTED_AT_APDU})

    def _fault_unplug_during_read(self) -> None:
        self._world.stage.ask({"cut": "gate", "after_bytes": 400})
        self._mend.append(lambda: self._replug())

    def _replug(self) -> None:
        self._world.stage.ask({"lift": "gate"})
        self._world.stage.ask({"replug": "gate"})

    def _fault_camera_lost(self) -> None:
        self._world.lose_camera()

    def _fault_kill_engine(self) -> None:
        """kill -9 to the visit's engine: the youngest process below the product."""
        product = psutil.Process(int(self._world.gate.hello["pid"]))
        below = product.children(recursive=True)
        victim = max(below, key=lambda process: (process.create_time(), process.pid))
        os.kill(victim.pid, signal.SIGKILL)

    def _fault_disk_full(self) -> None:
        """From now on the kernel refuses the product every byte it would add to a file."""
        pid = int(self._world.gate.hello["pid"])
        before = resource.prlimit(pid, resource.RLIMIT_FSIZE)
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (0, before[1]))
        self._mend.append(lambda: _restore_limit(pid, before))

    def _tap(self, peer: Peer, button: str) -> None:
        """Touch until the button was there to be touched; the face check's waits for the engine after a start."""
        if self._world.buttons and peer is self._world.gate:
            self._press(BESIDE_THE_SCREEN[button])
            return
        deadline_s = time.monotonic() + TOUCH_S
        while True:
            peer.send({"tap": button})
            answer: Message = peer.wait(lambda m: m.get("tapped") == button, 5.0, f"tap on {button}")
            if answer["ok"]:
                return
            if time.monotonic() > deadline_s:
                raise TimeoutError(f"no {button} to touch")
            time.sleep(0.02)

    def _press(self, side: str) -> None:
        """Press the button beside the screen once its lamp is lit, and again where nothing came of it."""
        time.sleep(LOOKS_S)
        before, deadline_s = self._screens(), time.monotonic() + TOUCH_S
        while self._screens() == before:
            if time.monotonic() > deadline_s:
                raise TimeoutError(f"nothing came of the {side} button")
            if side in self._world.stage.ask({"lamps": True})["lit"]:
                self._world.stage.ask({"press": side})
                time.sleep(HEARD_S)
            time.sleep(0.02)

    def _screens(self) -> int:
        """How many screens there have been; the last may have come and gone meanwhile."""
        self._world.gate.send({"state": "send"})
        return int(self._world.gate.wait(lambda m: "screens" in m, 5.0, "state")["screens"])


def _restore_limit(pid: int, limit: tuple[int, int]) -> None:
    with suppress(ProcessLookupError):
        resource.prlimit(pid, resource.RLIMIT_FSIZE, limit)
