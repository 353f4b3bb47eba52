"""``python -m tests.soak``: runs the parts one after the other, each in a process of its own, and prints a summary.

A part that hangs is ended with everything it started, and has failed. Exit code 1 on any violation.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.soak.figures import Figures
from tests.soak.parts import PARTS, TOGETHER_S, Part

CHECKOUT = Path(__file__).resolve().parents[2]
SMALL_LIMIT_S = 60.0
"""Starting processes takes its time however small the count."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="script/soak", description=__doc__)
    parser.add_argument("--only", action="append", choices=sorted(PARTS), help="run this part (repeat for several)")
    parser.add_argument("--scale", type=float, default=1.0, help="share of the full counts, e.g. 0.01")
    parser.add_argument("--seed", type=int, default=20260501, help="the same seed repeats a run")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write one JSON object per part")
    options = parser.parse_args()
    if options.scale <= 0:
        parser.error("--scale must be above 0")
    begun_s, seen = time.monotonic(), []
    out = options.json.open("w", encoding="utf-8") if options.json else None
    console = Console(stderr=True)
    for name in options.only or PARTS:
        part = PARTS[name]
        count = max(1, round(part.count * options.scale))
        console.print(f"{name}: {count} {part.what} ...")
        figures = run(
            part, count, options.seed, min(_limit_s(part, options.scale), begun_s + TOGETHER_S - time.monotonic())
        )
        seen.append(figures)
        console.print(f"{name}: {'passed' if figures.passed else 'FAILED'} in {figures.took_s:.0f} s")
        if out is not None:
            out.write(json.dumps(figures.as_json(), ensure_ascii=False) + "\n")
            out.flush()
    Console().print(summary(seen, time.monotonic() - begun_s))
    return 0 if all(figures.passed for figures in seen) else 1


def run(part: Part, count: int, seed: int, limit_s: float) -> Figures:
    """One part in a session of its own, so that a hanging one can be ended with all its processes."""
    if limit_s <= 0:
        return Figures(part.name, violations=["not run: the hour was over"])
    begun_s = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="kiosk-soak-") as folder:
        file, log = Path(folder) / "figures.json", Path(folder) / "log"
        command = [sys.executable, "-m", "tests.soak.one", part.name, str(count), str(seed), str(file)]
        with log.open("wb") as output:
            process = subprocess.Popen(command, cwd=CHECKOUT, stdout=output, stderr=output, start_new_session=True)
            try:
                process.wait(limit_s)
                over = ""
            except subprocess.TimeoutExpired:
                over = f"not finished within {limit_s:.0f} s"
            finally:
                _end(process)
        if not over and file.is_file():
            return Figures.from_json(file.read_text(encoding="utf-8"))
        last = log.read_text(errors="replace").strip().splitlines()[-1:] or ["nothing was said"]
        return Figures(
            part.name, violations=[over or f"ended without figures: {last[0]}"], took_s=time.monotonic() - begun_s
        )


def summary(seen: list[Figures], took_s: float) -> Table:
    """One row per part: what it counted, and the first things that went wrong."""
    passed = sum(figures.passed for figures in seen)
    table = Table(title=f"{passed} of {len(seen)} parts passed in {took_s / 60:.1f} min", show_lines=True)
    for heading in ("part", "result", "seconds", "figures"):
        table.add_column(heading)
    for figures in seen:
        lines = [f"{_number(value)} {what}" for what, value in figures.counts.items()]
        lines += [f"! {sentence}" for sentence in figures.violations[:5]]
        result = "passed" if figures.passed else f"{len(figures.violations)} violations"
        table.add_row(figures.part, result, f"{figures.took_s:.0f}", "\n".join(lines))
    return table


def _limit_s(part: Part, scale: float) -> float:
    return SMALL_LIMIT_S + part.limit_s * min(1.0, scale)


def _number(value: float) -> str:
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:.3f}"


def _end(process: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


if __name__ == "__main__":
    raise SystemExit(main())
