"""A kiosk reduced to its gate, in a process of its own, so that a test can kill it: ``python -m`` this
module.

Arguments: family, port, pulse in ms, and ``fork`` for a child that keeps a copy of every descriptor.
Opens once, says what came of it and the guard's process id, then hangs.
"""

from __future__ import annotations

import os
import signal
import sys

from drivers.gate import lcus, modbus
from drivers.port import DeviceReady, GateOutput


def main() -> None:
    family, port, pulse_ms, *options = sys.argv[1:]
    gate: GateOutput
    if family == "lcus":
        gate = lcus.open_gate(port, pulse_ms=int(pulse_ms))
    else:
        gate = modbus.open_gate(port, pulse_ms=int(pulse_ms))
    while DeviceReady() not in gate.poll():
        pass
    if "fork" in options and os.fork() == 0:
        signal.alarm(20)
        signal.pause()
    result = gate.open_once()
    sys.stdout.write(f"{result.value} {getattr(gate, 'guard_pid', None)}\n")
    sys.stdout.flush()
    signal.pause()


if __name__ == "__main__":
    main()
