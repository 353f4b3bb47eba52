"""The office's trainings: a program of its own, in windows of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from kiosk.closing.training import EventInService, in_service
from kiosk.domain.access import Action, Principal
from kiosk.memory.allocator import plain
from kiosk.office.training import TrainingPort

_PROGRAM = "kiosk.rehearsal.training_here"


@dataclass(frozen=True)
class _Program:
    process: subprocess.Popen[bytes]

    def over(self) -> bool | None:
        code = self.process.poll()
        return None if code is None else code == 0


def training_port(data_dir: Path, key_dir: Path, who: Principal, require: Callable[[Action], None]) -> TrainingPort:
    """``require`` asks the role table, and raises NotAllowed."""

    def look() -> tuple[str, ...]:
        require(Action.TRAIN)
        return in_service(data_dir, key_dir)

    def begin(language: str) -> _Program:
        events = look()
        if events:
            raise EventInService(events)
        command = [sys.executable, "-m", _PROGRAM, "--data", str(data_dir), "--keys", str(key_dir)]
        command += ["--by", who.name, "--language", language]
        return _Program(subprocess.Popen(command, stdin=subprocess.DEVNULL, env=plain(os.environ)))

    return TrainingPort(look, begin)
