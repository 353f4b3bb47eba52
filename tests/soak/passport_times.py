"""How long a passport takes through the simulated front-end: BAC, DG1 and a DG2 of 16 kB, at two rates of the line,
with and without time over the air and in the chip.

Everything is paced, so a busy machine only makes it longer. The figures are for the closing note; the limits are those
the product was built to.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from drivers.emrtd.access_keys import MrzKeyFields
from drivers.emrtd.document import DocumentReading, Opened, PortraitFile
from drivers.emrtd.simulated_files import PaceOffer
from drivers.pn532.field import Field
from drivers.pn532.line import Pn532Line
from drivers.pn532.simulated_chip import NO_RF_TIME, RfTiming
from drivers.pn532.simulator import Pn532Simulator
from drivers.pn532.startup import start
from drivers.transport.serial_port import SerialPort
from tests.helpers.documents import chip, picture
from tests.soak.figures import Figures

KEY = MrzKeyFields("L898902C3", "740812", "120415")
PICTURE_BYTES = 15_900
PACE_COMPUTES_S = 0.4


@dataclass(frozen=True)
class Setting:
    """``limit_s``: of the fastest of all runs."""

    name: str
    baud: int
    radio: RfTiming
    rf_kbit_s: int
    limit_s: float


SETTINGS = (
    Setting("line alone, 115200", 115_200, NO_RF_TIME, 424, 2.6),
    Setting("line alone, 921600", 921_600, NO_RF_TIME, 424, 0.9),
    Setting("115200, radio 106, chip 10 ms", 115_200, RfTiming(), 106, 5.0),
    Setting("921600, radio 424, chip 10 ms", 921_600, RfTiming(), 424, 2.0),
)


def passport_times(count: int, seed: int) -> Figures:
    """``count`` readings of each setting; the best counts, because the machine may be busy with other things."""
    figures = Figures("passport-times")
    for setting in SETTINGS:
        took_s = [read_once(setting, seed)[0] for _ in range(count)]
        figures.highest(f"{setting.name}: s max", round(max(took_s), 3))
        figures.counts[f"{setting.name}: best s"] = round(min(took_s), 3)
        figures.require(min(took_s) <= setting.limit_s, f"{setting.name}: {min(took_s):.2f} s, not {setting.limit_s}")
    fast = SETTINGS[1]
    computed_s = min(read_once(fast, seed, pace=PaceOffer.AES_256, pace_parameter=16)[1] for _ in range(count))
    plain_s = min(read_once(fast, seed)[1] for _ in range(count))
    figures.counts["PACE, processor s more, both sides"] = round(computed_s - plain_s, 3)
    figures.require(computed_s - plain_s <= PACE_COMPUTES_S, f"PACE computes {computed_s - plain_s:.2f} s")
    return figures


def read_once(setting: Setting, seed: int, **design: Any) -> tuple[float, float]:
    """Seconds until the portrait is here; and of processor time until the chip is open, reader and chip together."""
    rates = tuple(rate for rate in (106, 212, 424) if rate <= setting.rf_kbit_s)
    with Pn532Simulator(pace="real", timing=setting.radio) as front:
        front.put_card(chip(picture=picture(PICTURE_BYTES, seed), rf_rates=rates, **design))
        line = Pn532Line(SerialPort(front.path))
        start(line, setting.baud)
        begun_s, computed_s = time.monotonic(), time.process_time()
        antenna = Field(line)
        target = antenna.find()
        assert target is not None
        for step in DocumentReading(antenna.activate(target), KEY).steps():
            if isinstance(step, Opened):
                computed_s = time.process_time() - computed_s
            elif isinstance(step, PortraitFile):
                step.data.wipe()
                break
        took_s = time.monotonic() - begun_s
        line.close()
    return took_s, computed_s
