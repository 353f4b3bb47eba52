"""APCER of each kind over BPCER, as the limit of a sign moves: one chart for each sign of a still picture."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from kiosk.evaluate.attack_rates import FEWEST
from kiosk.evaluate.plots import Axis, Chart, Line
from kiosk.evaluate.presentations import BONA_FIDE
from kiosk.evaluate.presenting import Answer
from kiosk.face.attack.limits import LIMITS
from kiosk.face.attack.signs import Sign
from kiosk.face.attack.still import STILL_SIGNS

Values = npt.NDArray[np.float64]
_TICKS = [(share, f"{share:.0%}") for share in (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)]


def curves(answer: Answer) -> dict[str, Chart]:
    """By name of the file; a sign has none where people or every kind of attack were judged too rarely."""
    charts = {}
    for sign in STILL_SIGNS:
        values = _values_of(answer, sign)
        honest = values.pop(BONA_FIDE, np.empty(0))
        lines = [
            Line(kind, *trade_off(honest, attacks))
            for kind, attacks in sorted(values.items())
            if min(honest.size, attacks.size) >= FEWEST
        ]
        if lines:
            shipped = float((honest >= LIMITS[sign].value).mean())
            charts[str(sign)] = Chart(str(sign), _axis("BPCER"), _axis("APCER"), tuple(lines), shipped)
    return charts


def trade_off(honest: Values, attacks: Values) -> tuple[Values, Values]:
    """BPCER and APCER at every limit that makes a difference; suspected from the limit on."""
    limits = np.unique(np.concatenate([honest, attacks, [np.inf]]))
    suspected = 1.0 - np.searchsorted(np.sort(honest), limits, side="left") / honest.size
    passed = np.searchsorted(np.sort(attacks), limits, side="left") / attacks.size
    return suspected.astype(np.float64), passed.astype(np.float64)


def _values_of(answer: Answer, sign: Sign) -> dict[str, Values]:
    values: dict[str, list[float]] = {}
    for presentation, readings in zip(answer.presentations, answer.readings, strict=True):
        for each in readings or ():
            if each.sign is sign:
                values.setdefault(presentation.kind, []).append(each.value)
    return {kind: np.array(numbers, dtype=np.float64) for kind, numbers in values.items()}


def _axis(title: str) -> Axis:
    return Axis(title, _TICKS, lambda value: value)
