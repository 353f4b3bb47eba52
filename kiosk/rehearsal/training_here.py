"""One training on this machine, from its first window until all of it is destroyed; also as a program, for the office.

``python -m kiosk.rehearsal.training_here --data DIR --keys DIR --by NAME [--language CODE]``. Whoever starts it has
asked the role table.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from kiosk.audit.catalogue import Kind
from kiosk.audit.log import AuditLog
from kiosk.audit.port import Audit, AuditUnavailable, NoAudit
from kiosk.closing.leftovers import Verdict
from kiosk.closing.training import EventInService, TrainingRuns, training_alone
from kiosk.config.places import DevicePlace
from kiosk.ports import SystemClock
from kiosk.rehearsal.hands_on import CannotRehearse, open_rehearsal
from kiosk.rehearsal.performance import curtain_in
from kiosk.rehearsal.training import end_training, sweep_cut_short, training_folder

OVER = "The training is over, and everything of it is destroyed: nothing was found to be left."


class CannotTrain(Exception):
    """The message is one sentence for whoever wanted to."""


def train_here(data_dir: Path, key_dir: Path, by: str, language: str | None = None) -> None:
    """Train, and destroy what the training made. Raises CannotTrain, AuditUnavailable, OSError."""
    try:
        with training_alone(data_dir, key_dir):
            verdict = _train(_log(data_dir, key_dir), by, language)
    except EventInService as busy:
        raise CannotTrain(
            f"Nobody trains while an event is armed, open or being closed on this machine: {busy}."
        ) from None
    except TrainingRuns:
        raise CannotTrain("Somebody trains on this machine already.") from None
    except CannotRehearse as cannot:
        raise CannotTrain(str(cannot)) from None
    if verdict is not Verdict.PASS:
        raise CannotTrain(f"The training is over. Whether all of it is destroyed: {verdict.value}.")


def _train(log: Audit, by: str, language: str | None) -> Verdict:
    sweep_cut_short()
    log.write(Kind.TRAINING_BEGUN, by)
    verdict = Verdict.UNKNOWN
    try:
        with training_folder() as folder:
            try:
                open_rehearsal(language, lambda setting: curtain_in(folder, setting))
            finally:
                verdict = end_training(folder)
    finally:
        log.write(Kind.TRAINING_ENDED, by, success=verdict is Verdict.PASS, verdict=verdict.value.lower())
    return verdict


def _log(data_dir: Path, key_dir: Path) -> Audit:
    """The machine's, once it is known that it can be written; a machine that was never set up has none."""
    place = DevicePlace(data_dir, key_dir)
    if not place.folder.is_dir():
        return NoAudit()
    log = AuditLog.at(place, SystemClock())
    log.probe()
    return log


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--keys", type=Path, required=True)
    parser.add_argument("--by", required=True)
    parser.add_argument("--language", choices=["zh", "en"])
    options = parser.parse_args()
    try:
        train_here(options.data.absolute(), options.keys.absolute(), options.by, options.language)
    except (CannotTrain, AuditUnavailable, OSError) as trouble:
        sys.stderr.write(f"{trouble}\n")
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
