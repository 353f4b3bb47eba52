"""The challenge on simulated films, beside the same films without it: what ends in a match and what at the staff.

Films go through the engine's own work and the visit machine, as at a gate, with time counted in frames.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from random import Random

import cv2

from drivers.port import PortraitFormat
from kiosk.camera.port import BgrImage
from kiosk.config.event import AttackSignals
from kiosk.face.decision import Attempt
from kiosk.face.models import checked_models, landmark_model
from kiosk.face.networks import Models
from kiosk.face.port import (
    AttackSuspected,
    ChallengeAsked,
    ChallengeFailed,
    ChallengeMet,
    Compared,
    EngineEvent,
    FaceObserved,
    SubjectChanged,
)
from kiosk.face.settings import CHALLENGE_ACTS, EngineSettings
from kiosk.face.work import VisitWork
from kiosk.portrait.rehearsal import RehearsalDecoder
from kiosk.rehearsal.photos import people
from kiosk.rehearsal.portraits import portrait_block
from kiosk.visit import effects as ef
from kiosk.visit import events as ev
from kiosk.visit.machine import step
from kiosk.visit.moves import start_capturing
from kiosk.visit.states import Phase, Rules, Visit
from tests.soak.challenge_films import FRAME_S, KINDS, Film
from tests.soak.figures import Figures
from tests.soak.shares import shared

SHARE = 5
LONGEST_S = 40.0
MUST_NOT_PASS = (
    "other person who does as asked",
    "swap of persons in the challenge",
    "photograph, and another person for the acts",
)


class Lane:
    """One check of a face lane: engine, decision and visit machine, with a clock of frames."""

    def __init__(self, models: Models, portrait: BgrImage, signals: AttackSignals) -> None:
        challenge = signals is AttackSignals.CHALLENGE
        self._rules = Rules(challenge=challenge)
        settings = EngineSettings(
            attack_signs=signals is not AttackSignals.OFF, challenge_acts=CHALLENGE_ACTS if challenge else 0
        )
        self._work, self._attempt = VisitWork(models, settings), Attempt()
        self._timers: dict[str, float] = {}
        self.asks: list[ChallengeAsked] = []
        self.in_person = True
        ready = Visit(
            phase=Phase.HOLDING, reader_ready=True, capture_on=True, held=True, age_ok=True, portrait_here=True
        )
        self.visit, effects = start_capturing(ready, self._rules)
        self._carry_out(effects, 0.0)
        self._hear(self._work.take_reference(portrait.copy(), PortraitFormat.WLT, "rehearsal", 0.0), 0.0)

    @property
    def over(self) -> bool:
        return self.visit.phase is not Phase.CAPTURING

    @property
    def ending(self) -> str:
        return "match" if self.visit.phase is Phase.COMMITTING else str(self.visit.cause)

    def frame(self, zone: BgrImage, number: int, at_s: float, in_person: bool) -> None:
        self.in_person = in_person
        for name in [name for name, due_s in self._timers.items() if due_s <= at_s]:
            del self._timers[name]
            self._post(ev.TimerFired(name), at_s)
        self._hear(self._work.take_frame(zone, number, at_s), at_s)

    def end(self) -> None:
        self._work.forget()

    def _hear(self, events: Iterator[EngineEvent], at_s: float) -> None:
        for event in events:
            if self.over:
                return
            self._hear_one(event, at_s)

    def _hear_one(self, event: EngineEvent, at_s: float) -> None:
        match event:
            case FaceObserved():
                self._post(ev.AdviceChanged(event.advice), at_s)
            case AttackSuspected():
                self._post(ev.AttackSuspected(), at_s)
            case ChallengeAsked():
                self.asks.append(event)
                self._post(ev.ActAsked(event.act, event.step, event.of), at_s)
            case ChallengeMet():
                self._post(ev.ChallengeMet(), at_s)
            case ChallengeFailed(code=code):
                self._post(ev.ChallengeFailed(code), at_s)
            case SubjectChanged():
                self._attempt = Attempt()
                self._post(ev.SubjectReplaced(), at_s)
            case Compared():
                decision = self._attempt.judge(event)
                if decision is not None:
                    self._post(ev.MatchFound() if decision else ev.NoMatchFound(), at_s)

    def _post(self, event: ev.Event, at_s: float) -> None:
        self.visit, effects = step(self.visit, event, self._rules)
        self._carry_out(effects, at_s)

    def _carry_out(self, effects: Iterable[ef.Effect], at_s: float) -> None:
        for effect in effects:
            match effect:
                case ef.StartTimer(name=name, seconds=seconds):
                    self._timers[name] = at_s + seconds
                case ef.CancelTimers():
                    self._timers.clear()
                case ef.RestartCapture():
                    self._attempt = Attempt()
                    self._work.restart()


def challenges(count: int, seed: int) -> Figures:
    """``count`` films of each kind under each policy."""
    return shared("challenges", _share, count, seed, SHARE)


def _share(count: int, seed: int) -> Figures:
    cv2.setNumThreads(1)
    figures = Figures("challenges")
    models, portraits, chance = all_models(), chip_portraits(), Random(seed)
    for name in KINDS:
        for signals in AttackSignals:
            for _ in range(count):
                play(name, signals, models, portraits, chance, figures)
    return figures


@cache
def all_models() -> Models:
    return Models(checked_models(), landmark_model())


@cache
def chip_portraits() -> list[BgrImage]:
    """As a card carries them, in the order of the people."""
    decoder = RehearsalDecoder(rehearsal=True)
    return [decoder.decode(PortraitFormat.WLT, portrait_block(person.portrait)) for person in people()]


def play(
    name: str, signals: AttackSignals, models: Models, portraits: list[BgrImage], chance: Random, figures: Figures
) -> None:
    """One film of the kind ``name`` under ``signals``, to its end."""
    film = Film.drawn(chance)
    shot = KINDS[name](film)
    lane = Lane(models, portraits[film.holder.face], signals)
    number, at_s, asked = 0, 0.0, 0
    while not lane.over and at_s < LONGEST_S:
        zone, in_person = shot(at_s)
        lane.frame(zone, number, at_s, in_person)
        for ask in lane.asks[asked:]:
            film.ask(ask.act, at_s)
        asked, number, at_s = len(lane.asks), number + 1, at_s + FRAME_S
    lane.end()
    early = name.startswith("swap") and lane.in_person and lane.ending == "match"
    ending = "match before the swap" if early else lane.ending
    figures.count(f"{name} | {signals} | {ending}")
    figures.count(f"{name} | {signals} | seconds", at_s)
    passed = lane.ending == "match" and not lane.in_person
    if name in MUST_NOT_PASS and signals is AttackSignals.CHALLENGE:
        figures.require(not passed, f"{name}: passed")
