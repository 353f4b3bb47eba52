"""What every SoundPlayer does: the fake of the other tests, and the real one with a script for a loudspeaker."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from kiosk.sound.cues import Cue
from kiosk.sound.port import SoundPlayer
from kiosk.sound.program import ProgramPlayer
from tests.helpers.sound import Ear, fake, script

Open = Callable[[Path], AbstractContextManager[tuple[SoundPlayer, Ear]]]
PLAYERS: dict[str, Open] = {"fake": fake, "program": script}
AT_ONCE_S = 0.05


@pytest.fixture(params=PLAYERS)
def pair(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[SoundPlayer, Ear]]:
    with PLAYERS[request.param](tmp_path) as opened:
        yield opened


def test_what_is_asked_for_is_heard(pair: tuple[SoundPlayer, Ear]) -> None:
    player, ear = pair
    for count, cue in enumerate((Cue.TOUCH, Cue.WELCOME, Cue.WELCOME), 1):
        player.play(cue)
        assert ear.heard(count)[-1] is cue
    assert len(ear.heard(3)) == 3


def test_nothing_is_heard_after_the_end(pair: tuple[SoundPlayer, Ear]) -> None:
    player, ear = pair
    player.close()
    player.play(Cue.WELCOME)
    player.close()
    assert ear.heard(0) == []


def test_nobody_waits_for_a_slow_player_and_the_newest_goes_first(tmp_path: Path) -> None:
    with script(tmp_path, then="exec sleep 30") as (player, ear):
        player.play(Cue.TOUCH)
        assert ear.heard(1) == [Cue.TOUCH]
        begun_s = time.monotonic()
        player.play(Cue.WELCOME)
        assert time.monotonic() - begun_s < AT_ONCE_S
        assert ear.heard(2) == [Cue.TOUCH, Cue.WELCOME], "a newer sound ends the one that is playing"
        begun_s = time.monotonic()
    assert time.monotonic() - begun_s < 2.0, "the end does not wait for it either"


@pytest.mark.parametrize("command", [("/nowhere/player",), ("/bin/false",)])
def test_a_player_that_is_away_or_refuses_disturbs_nobody(
    command: tuple[str, ...], caplog: pytest.LogCaptureFixture
) -> None:
    player = ProgramPlayer(command, 50)
    player.play(Cue.WELCOME)
    player.close()
    player.play(Cue.WELCOME)
    assert len(caplog.records) <= 1, "told once"
