"""Players for tests: a fake, and the real one with a small script where a loudspeaker would be."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from kiosk.sound.cues import Cue, wave_of
from kiosk.sound.port import SoundPlayer
from kiosk.sound.program import ProgramPlayer

VOLUME = 40


class FakePlayer:
    """A SoundPlayer that writes down what would be heard."""

    def __init__(self) -> None:
        self.heard: list[Cue] = []
        self._closed = False

    def play(self, cue: Cue) -> None:
        if not self._closed:
            self.heard.append(cue)

    def close(self) -> None:
        self._closed = True


class Ear(Protocol):
    def heard(self, at_least: int) -> list[Cue]:
        """What was played so far, once it is so much; waits a little for it."""


class _AtFake:
    def __init__(self, player: FakePlayer) -> None:
        self._player = player

    def heard(self, at_least: int) -> list[Cue]:
        return self._player.heard


class _AtScript:
    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def heard(self, at_least: int) -> list[Cue]:
        deadline_s = time.monotonic() + 3.0
        while len(played := sorted(self._folder.glob("*.wav"))) < at_least and time.monotonic() < deadline_s:
            time.sleep(0.01)  # another process's file
        known = {wave_of(cue, VOLUME): cue for cue in Cue}
        return [known[file.read_bytes()] for file in played]


@contextmanager
def fake(folder: Path) -> Iterator[tuple[SoundPlayer, Ear]]:
    player = FakePlayer()
    yield player, _AtFake(player)
    player.close()


@contextmanager
def script(folder: Path, then: str = "") -> Iterator[tuple[SoundPlayer, Ear]]:
    """``then``: what the script does after it has taken the sound."""
    program = folder / "player"
    count = '$(ls "$0".*.wav 2>/dev/null | wc -l)'
    take = f'n={count}; cp "$1" "$0.$n.part" && mv "$0.$n.part" "$0.$n.wav"'
    program.write_text(f"#!/bin/sh\n{take}\n{then}\n")
    program.chmod(0o700)
    player = ProgramPlayer((str(program),), VOLUME)
    yield player, _AtScript(folder)
    player.close()
