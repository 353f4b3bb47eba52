"""What the doctor says of a station's sounds. Nothing is played."""

from __future__ import annotations

from kiosk.cli.doctor_checks import Finding, Level
from kiosk.config.machine import MachineConfig, Role
from kiosk.sound.program import AUTO, PLAYERS, find_player

_INSTALL = "sudo apt-get install alsa-utils"


def sounds(machine: MachineConfig | None) -> Finding:
    """Whether the player that the machine file names is here. A silent station serves all the same."""
    if machine is None or machine.sound is None or machine.role is Role.DESK:
        return Finding("sounds", Level.OK, "No sounds are asked for; everything is said on the screen.")
    config = machine.sound
    if config.quiet or config.volume_percent == 0:
        return Finding("sounds", Level.OK, "Switched to quiet; everything is said on the screen.")
    command = find_player(config.player)
    if command is None:
        wanted = ", ".join(PLAYERS) if config.player == AUTO else config.player
        sentence = f"There is no player for sounds ({wanted}); the station works without them."
        return Finding("sounds", Level.WARNING, sentence, _INSTALL)
    return Finding("sounds", Level.OK, f"{command[0]} plays them.")
