"""Persons who change places in the middle of a check: whoever steps in never passes on the other's face (R-19, R-29).

Film frames go through the engine's own functions and the scores through the decision, as at a gate. The holder of the
card stands there first; at a frame drawn by lot somebody else does, in the same place or a little beside, at once or
after a moment in which nobody is seen. In every second film the portrait comes only after the change, so that what was
captured of the holder is still waiting to be compared; in the others it is there from the beginning, and the films in
which the holder was confirmed before leaving say nothing and are counted apart.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

import cv2
import numpy as np

from drivers.port import PortraitFormat
from kiosk.camera.port import BgrImage, Zone
from kiosk.camera.zone import zone_pixels
from kiosk.face.decision import Attempt
from kiosk.face.models import checked_models
from kiosk.face.networks import Models
from kiosk.face.port import AttackSuspected, Compared, EngineEvent, SubjectChanged
from kiosk.face.settings import EngineSettings
from kiosk.face.work import VisitWork
from kiosk.portrait.rehearsal import RehearsalDecoder
from kiosk.rehearsal.film_scene import HEIGHT_PX, WIDTH_PX, Place
from kiosk.rehearsal.photos import people
from kiosk.rehearsal.portraits import portrait_block
from tests.soak.figures import Figures
from tests.soak.pictures import faces_there_are, picture
from tests.soak.shares import shared

ZONE = Zone()
FRAME_S = 1 / 20
"""An engine on two cores takes about so many of a camera's frames."""
EYE_PX = (95.0, 130.0)
HOLDER_FRAMES, GAP_FRAMES, AFTER_FRAMES = (1, 6), (1, 8), 10
BESIDE_PX, SWAY_PX = 40.0, 2.0
CONTROL_EVERY, CONTROLS_CONFIRMED = 5, 0.9
SHARE = 50


@dataclass(frozen=True)
class Film:
    """``holder`` leaves after ``before`` frames, ``stranger`` comes ``gap`` frames later; None: the holder stays."""

    holder: int
    stranger: int | None
    before: int
    gap: int
    late_portrait: bool

    @classmethod
    def drawn(cls, number: int, chance: Random) -> Film:
        holder, stranger = chance.sample(range(faces_there_are()), 2)
        before, gap = chance.randint(*HOLDER_FRAMES), chance.choice((0, 0, chance.randint(*GAP_FRAMES)))
        return cls(holder, stranger, before, gap, late_portrait=number % 2 == 0)

    def there(self, frame: int) -> int | None:
        """Who stands there."""
        if self.stranger is None or frame < self.before:
            return self.holder
        return None if frame < self.before + self.gap else self.stranger

    @property
    def frames(self) -> int:
        return self.before + self.gap + AFTER_FRAMES

    def zones(self, chance: Random) -> Iterator[BgrImage]:
        noise = np.random.default_rng(chance.getrandbits(32))
        size_px, beside_px = chance.uniform(*EYE_PX), chance.choice((0.0, chance.uniform(-BESIDE_PX, BESIDE_PX)))
        for frame in range(self.frames):
            who = self.there(frame)
            x = WIDTH_PX / 2 + chance.uniform(-SWAY_PX, SWAY_PX) + (beside_px if who == self.stranger else 0.0)
            place = Place(x / WIDTH_PX, 0.45 + chance.uniform(-SWAY_PX, SWAY_PX) / HEIGHT_PX, size_px)
            yield zone_pixels(picture([] if who is None else [(who, place)], noise), ZONE)


@dataclass
class Seen:
    """What came of one film. ``confirmed``: who stood there when the check said yes."""

    confirmed: int | None = None
    changed: bool = False
    suspected: bool = False
    scores_after: int = 0


class Gate:
    """The engine's work and the decision, as a station joins them."""

    def __init__(self, models: Models, portrait: BgrImage) -> None:
        self._work, self._portrait = VisitWork(models, EngineSettings(attack_signs=True)), portrait
        self._attempt = Attempt()
        self.seen = Seen()

    def play(self, film: Film, chance: Random) -> Seen:
        shown_at = film.before + film.gap + 1 if film.late_portrait else 0
        for frame, zone in enumerate(film.zones(chance)):
            if frame == shown_at:
                self._hear(
                    self._work.take_reference(self._portrait.copy(), PortraitFormat.WLT, "rehearsal", 0.0), film, frame
                )
            self._hear(self._work.take_frame(zone, frame, frame * FRAME_S), film, frame)
            if self.seen.confirmed is not None:
                break
        self._work.forget()
        return self.seen

    def _hear(self, events: Iterator[EngineEvent], film: Film, frame: int) -> None:
        for event in events:
            match event:
                case SubjectChanged():
                    self._attempt, self.seen.changed = Attempt(), True
                case AttackSuspected():
                    self.seen.suspected = True
                case Compared():
                    self.seen.scores_after += film.there(frame) == film.stranger
                    if self._attempt.judge(event):
                        self.seen.confirmed = film.there(frame)
                        return


def swaps(count: int, seed: int) -> Figures:
    """``count`` films with a change of persons; beside them, controls in which nobody leaves."""
    return shared("swaps", _share, count, seed, SHARE)


def _share(count: int, seed: int) -> Figures:
    cv2.setNumThreads(1)
    figures = Figures("swaps")
    models = Models(checked_models())
    decoder = RehearsalDecoder(rehearsal=True)
    portraits = [decoder.decode(PortraitFormat.WLT, portrait_block(person.portrait)) for person in people()]
    chance = Random(seed)
    for number in range(count):
        film = Film.drawn(number, chance)
        _swapped(Gate(models, portraits[film.holder]).play(film, chance), film, figures)
        if number % CONTROL_EVERY == 0:
            stays = Film(film.holder, None, film.before, 0, film.late_portrait)
            seen = Gate(models, portraits[film.holder]).play(stays, chance)
            figures.count("controls, the holder stays")
            figures.count("controls confirmed", seen.confirmed == film.holder)
            figures.require(not seen.suspected, f"a sign of an attack was seen in a control of film {number}")
    controls, confirmed = figures.counts["controls, the holder stays"], figures.counts["controls confirmed"]
    figures.require(
        confirmed >= CONTROLS_CONFIRMED * controls, f"only {confirmed} of {controls} holders were confirmed"
    )
    return figures


def _swapped(seen: Seen, film: Film, figures: Figures) -> None:
    figures.count("films")
    early = seen.confirmed == film.holder
    figures.count("confirmed before the change", early)
    figures.count("changes that mattered", not early)
    figures.count("changes seen by the engine", seen.changed and not early)
    figures.count("comparisons of whoever stepped in", 0 if early else seen.scores_after)
    figures.count("passed who stepped in", seen.confirmed == film.stranger)
    figures.require(seen.confirmed in {None, film.holder}, f"{film} let the stranger pass")
