"""The sounds of a station: its player, if it has one, and when it is heard."""

from __future__ import annotations

import logging

from kiosk.config.machine import SoundConfig
from kiosk.ports import Clock
from kiosk.sound.port import NoSound, SoundPlayer
from kiosk.sound.program import ProgramPlayer, find_player
from kiosk.workers.sounding import Sounding

log = logging.getLogger(__name__)


def make_sounding(config: SoundConfig | None, clock: Clock) -> Sounding:
    """A machine file without ``[sound]`` is a silent station; so is one whose player is missing: the doctor says it."""
    settings = config or SoundConfig(quiet=True)
    return Sounding(_player(settings), settings, clock)


def _player(config: SoundConfig) -> SoundPlayer:
    if config.quiet or config.volume_percent == 0:
        return NoSound()
    command = find_player(config.player)
    if command is None:
        log.warning("no program here plays sounds; the station is silent")
        return NoSound()
    return ProgramPlayer(command, config.volume_percent)
