"""The cues themselves, when they are heard, and what settings and doctor say of them."""

from __future__ import annotations

import io
import stat
import wave
from datetime import datetime, time
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from kiosk.cli.doctor_checks import Level
from kiosk.cli.doctor_sound import sounds
from kiosk.config.faults import ConfigFaults
from kiosk.config.load import parse_machine
from kiosk.config.machine import SoundConfig
from kiosk.domain.incident import Mode
from kiosk.parts.sound import make_sounding
from kiosk.sound.cues import MELODIES, RATE_HZ, Cue, length_s, wave_of
from kiosk.sound.hearing import within
from kiosk.sound.program import find_player
from kiosk.visit.view import Screen, View
from kiosk.workers.sounding import Sounding
from tests.helpers.config import shipped
from tests.helpers.sound import FakePlayer

NOON = datetime(2026, 5, 1, 12, 0)  # noqa: DTZ001 - the clock on the wall


class At:
    """A Clock that stands."""

    def __init__(self, wall: datetime) -> None:
        self._wall = wall

    def now(self) -> float:
        return self._wall.timestamp()

    def monotonic(self) -> float:
        return 0.0


def heard(views: list[View], config: SoundConfig | None = None, wall: datetime = NOON) -> list[Cue]:
    player = FakePlayer()
    sounding = Sounding(player, config or SoundConfig(), At(wall))
    for view in views:
        sounding.view_shown(view)
    return player.heard


def samples(cue: Cue, volume_percent: int = 100) -> np.ndarray:
    with wave.open(io.BytesIO(wave_of(cue, volume_percent))) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, RATE_HZ)
        return np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(float)


def pitches(cue: Cue) -> tuple[int, ...]:
    """The loudest pitch of each note, found in the finished sound, Hz to the nearest ten."""
    whole, found, start = samples(cue), [], 0
    for note in MELODIES[cue]:
        piece = whole[start : start + round(note.length_s * RATE_HZ)]
        start += len(piece)
        loudest = np.abs(np.fft.rfft(piece, 1 << 15)).argmax() * RATE_HZ / (1 << 15)
        found.append(round(float(loudest), -1))
    return tuple(int(each) for each in found)


@pytest.mark.requirement("R-101")
def test_every_cue_sounds_different() -> None:
    for first, second in combinations(Cue, 2):
        assert pitches(first) != pitches(second), f"{first} sounds like {second}"


@pytest.mark.parametrize("cue", Cue)
def test_a_cue_is_short_soft_at_its_edges_and_the_same_every_time(cue: Cue) -> None:
    whole = samples(cue)
    assert length_s(cue) <= 0.7
    assert len(whole) == pytest.approx(length_s(cue) * RATE_HZ, abs=len(MELODIES[cue]))
    assert np.abs(whole).max() < 32_767, "never cut off"
    assert abs(whole[0]) < 400, "no click"
    assert abs(whole[-1]) < 400, "no click"
    assert wave_of(cue) == wave_of(cue)


def test_volume_is_what_is_set() -> None:
    loud, soft = np.abs(samples(Cue.WELCOME)).max(), np.abs(samples(Cue.WELCOME, 50)).max()
    assert soft == pytest.approx(loud / 4, rel=0.02)
    assert not samples(Cue.WELCOME, 0).any()


@pytest.mark.requirement("R-33", "R-107")
def test_chosen_and_sent_to_staff_sound_alike() -> None:
    sent, chosen = heard([View(Screen.SEE_STAFF)]), heard([View(Screen.STAFF_CHOSEN)])
    assert sent == chosen == [Cue.TO_STAFF]


def test_a_result_is_heard_once_and_a_question_not_at_all() -> None:
    visit = [
        View(Screen.CHOICE),
        View(Screen.PRESENT_DOCUMENT),
        View(Screen.LOOK_HERE),
        View(Screen.WELCOME),
        View(Screen.WELCOME, seat_area="A2"),
        View(Screen.CHOICE),
        View(Screen.WELCOME),
    ]
    assert heard(visit) == [Cue.WELCOME, Cue.WELCOME]
    assert heard([View(Screen.OUT_OF_SERVICE, mode=Mode.ALL_MANUAL)]) == [Cue.TO_STAFF]
    assert heard([View(Screen.OUT_OF_SERVICE)]) == [Cue.CLOSED]


def test_quiet_and_quiet_hours() -> None:
    night = SoundConfig(quiet_from=time(22), quiet_until=time(7))
    verdict = [View(Screen.WELCOME)]
    assert heard(verdict, SoundConfig(quiet=True)) == []
    assert heard(verdict, night, NOON.replace(hour=23)) == heard(verdict, night, NOON.replace(hour=6)) == []
    assert heard(verdict, night) == heard(verdict, night, NOON.replace(hour=7)) == [Cue.WELCOME]
    assert within(time(13), time(13), time(15))
    assert not within(time(15), time(13), time(15))


def test_a_station_without_a_block_or_without_a_player_is_silent(tmp_path: Path) -> None:
    for config in (None, SoundConfig(player=str(tmp_path / "absent"))):
        sounding = make_sounding(config, At(NOON))
        sounding.view_shown(View(Screen.WELCOME))
        sounding.stop()


@pytest.mark.parametrize(
    ("wrong", "key"),
    [
        ('player = "vlc"', "sound.player"),
        ("volume_percent = 101", "sound.volume_percent"),
        ("quiet_from = 22:00:00", "sound.quiet_from"),
    ],
)
def test_settings_that_make_no_sense_are_told(wrong: str, key: str) -> None:
    whole = shipped("example-machine")
    begin, end = whole.index("[sound]"), whole.index("# [accounts]")
    with pytest.raises(ConfigFaults, match=key):
        parse_machine(f"{whole[:begin]}[sound]\n{wrong}\n{whole[end:]}", "m")


def test_the_doctor_tells_of_a_missing_player(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    machine = parse_machine(shipped("example-machine"), "m")
    monkeypatch.setenv("PATH", str(tmp_path))
    told = sounds(machine)
    assert (told.level, told.mend) == (Level.WARNING, "sudo apt-get install alsa-utils")
    assert "aplay" in told.sentence
    program = tmp_path / "paplay"
    program.write_text("#!/bin/sh\n")
    program.chmod(stat.S_IRWXU)
    assert find_player("auto") == (str(program),)
    assert sounds(machine).level is Level.OK
    assert sounds(None).level is Level.OK
