"""Figures of the product in rehearsal: latencies, computing, look-ups, memory, window.

Each figure comes from the place where it happens: latencies from the station's own marks, computing from the engine's
work on the film's pictures, memory from the kernel's proportional set size of the product's processes alone.
"""

from __future__ import annotations

import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import psutil

from kiosk.camera.port import BgrImage, Zone
from kiosk.camera.zone import zone_pixels
from kiosk.config.rehearsal_event import rehearsal_event
from kiosk.ledger.port import Place, Presented
from kiosk.ledger.sqlite import SqliteLedger
from kiosk.rehearsal.casting import cast
from kiosk.rehearsal.conductor import Conductor
from kiosk.rehearsal.film_people import cut_out
from kiosk.rehearsal.film_scene import HEIGHT_PX, WIDTH_PX, Painter, Scene
from kiosk.rehearsal.kinds import MATCH
from kiosk.rehearsal.people import visitor
from kiosk.rehearsal.performance import Performance, Setting, curtain
from kiosk.rehearsal.photos import people
from kiosk.rehearsal.portraits import chip_portrait
from kiosk.rehearsal.report import Report, VisitResult
from kiosk.rehearsal.venue import GATE_GROUP, SESSION, roster_row, today, write_rosters
from kiosk.roster.importer import import_roster
from kiosk.vault.file_keys import FileEventKeys

LOOKUP_TICKETS, LOOKUPS, SEARCHES = 100_000, 2_000, 100
FRAMES_PER_VISIT, COMPUTE_ROUNDS = 3, 12
SAMPLE_EVERY_S = 0.25
MEGABYTE = 1024 * 1024


def percentiles(values: list[float], *wanted: int) -> dict[str, float]:
    """``{"p50": ...}`` for each wanted percentile, in the unit of ``values``; empty without values."""
    if not values:
        return {}
    return {f"p{p}": round(float(np.percentile(values, p)), 4) for p in wanted}


@dataclass
class MemorySampler:
    """The highest total proportional set size of a process and all below it."""

    pid: int
    peak_mb: float = 0.0
    _stop: threading.Event = field(default_factory=threading.Event)

    @contextmanager
    def watching(self) -> Iterator[MemorySampler]:
        thread = threading.Thread(target=self._run, daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self._stop.set()
            thread.join()

    def _run(self) -> None:
        while not self._stop.wait(SAMPLE_EVERY_S):
            self.peak_mb = max(self.peak_mb, total_pss_mb(self.pid))


def total_pss_mb(pid: int) -> float:
    """Megabytes of a process and its descendants, shared pages counted once (Linux smaps_rollup)."""
    total = 0
    with suppress(psutil.NoSuchProcess):
        root = psutil.Process(pid)
        for process in [root, *root.children(recursive=True)]:
            with suppress(OSError, StopIteration):
                lines = Path(f"/proc/{process.pid}/smaps_rollup").read_text().splitlines()
                total += int(next(line for line in lines if line.startswith("Pss:")).split()[1]) * 1024
    return total / MEGABYTE


def transactions(count: int, tell: Callable[[VisitResult], None]) -> dict[str, Any]:
    """``count`` matching visits through everything. Raises PeerLost."""
    casting = cast([MATCH] * (count + 1), people())
    report = Report(None)
    with curtain(Setting(casting.rows, desk=False)) as performance:
        gate = performance.gate
        conductor = Conductor(performance.world, report)
        before = psutil.cpu_times()
        with MemorySampler(int(gate.hello["pid"])).watching() as memory:
            gate.send({"figures": "reset"})
            for part in casting.parts[:count]:
                tell(conductor.play(part))
            gate.send({"figures": "send"})
            figures = gate.wait(lambda m: "figures" in m, 10.0, "figures")["figures"]
        stolen = stolen_share(before, psutil.cpu_times())
        preview = preview_cost(performance, conductor, casting.parts[count])
    stages = [result.stages for result in report.results if result.agrees]
    by_stage = {name: [s[name] for s in stages if name in s] for name in sorted({n for s in stages for n in s})}
    return {
        "transactions": count,
        "agree": len(stages),
        "verdict_s": percentiles(by_stage.get("verdict_s", []), 50, 95, 99),
        "document_to_verdict_s": percentiles(by_stage.get("document_to_verdict_s", []), 50, 95, 99),
        "stages_s": {name: percentiles(values, 50, 95, 99) for name, values in by_stage.items()},
        "startup_s": gate.hello.get("startup_s"),
        "memory_mb": round(memory.peak_mb, 1),
        "window_block_ms_max": figures["window_block_ms_max"],
        "timer_late_ms_max": figures["timer_late_ms_max"],
        "load_average_1m": psutil.getloadavg()[0],
        "stolen_cpu_share": stolen,
        **preview,
    }


def stolen_share(before: Any, after: Any) -> float:
    """Of the processor time that was wanted between two ``psutil.cpu_times()``, the part a virtual machine's host gave
    to others (proc(5), *steal*): what any figure of the same run is too slow by."""
    idle = sum(getattr(after, name) - getattr(before, name) for name in ("idle", "iowait"))
    stolen: float = after.steal - before.steal
    guest = after.guest + after.guest_nice - before.guest - before.guest_nice  # counted in user and nice, too
    wanted = sum(after) - sum(before) - idle - guest
    return round(stolen / wanted, 3) if wanted > 0 else 0.0


def preview_cost(performance: Performance, conductor: Conductor, part: Any) -> dict[str, Any]:
    """Frames per second and processor share of the window's process while nobody is in the zone."""
    world, gate = performance.world, performance.gate
    conductor.wait_ready()
    gate.forget()
    world.show("nobody", 0)
    gate.send({"tap": "choice_face"})
    gate.wait(lambda m: m.get("camera") is True, 5.0, "open camera")
    world.put_card(part)
    gate.wait(lambda m: m.get("view") == "look_here", 10.0, "look-here screen")
    process = psutil.Process(int(gate.hello["pid"]))
    time.sleep(0.6)
    gate.send({"figures": "reset"})
    before, began_s = process.cpu_times(), time.monotonic()
    time.sleep(3.5)
    after, took_s = process.cpu_times(), time.monotonic() - began_s
    gate.send({"figures": "send"})
    figures = gate.wait(lambda m: "figures" in m, 10.0, "figures")["figures"]
    gate.send({"tap": "stop"})
    gate.wait(lambda m: "visit" in m, 30.0, "end of the visit")
    world.lift_card()
    used_s = after.user + after.system - before.user - before.system
    return {"preview_fps": figures["preview_fps"], "window_cpu_while_previewing": round(used_s / took_s, 3)}


def film_pictures() -> tuple[list[BgrImage], list[list[BgrImage]]]:
    """Chip portraits, and for each person the zone of three frames of the film."""
    photographed = people()
    painter = Painter([cut_out(person.live) for person in photographed])
    portraits, zones = [], []
    for face, person in enumerate(photographed):
        portraits.append(chip_portrait(person.portrait))
        frames = []
        for number in range(FRAMES_PER_VISIT):
            picture = np.zeros((HEIGHT_PX, WIDTH_PX, 3), dtype=np.uint8)
            painter.paint(picture, Scene("person", (face,)), 1.2 + number / 30, 20 + number)
            frames.append(zone_pixels(picture, Zone()).copy())
        zones.append(frames)
    return portraits, zones


def computing() -> dict[str, Any]:
    """Portrait + 3 frames: our chain, our models alone, and dlib's customary chain, in turn on the same pictures."""
    from kiosk.face.benchwork import DlibBaseline, FloorWork, OurWork

    portraits, zones = film_pictures()
    works: dict[str, Any] = {"ours": OurWork(), "floor": FloorWork(), "baseline": DlibBaseline()}
    took: dict[str, list[float]] = {name: [] for name in works}
    for work in works.values():
        work.run(portraits[0], zones[0])
    for round_number in range(COMPUTE_ROUNDS):
        person = round_number % len(portraits)
        for name, work in works.items():
            took[name].append(work.run(portraits[person], zones[person]))
    ours, floor, theirs = (statistics.median(took[name]) for name in works)
    return {
        "compute_s": percentiles(took["ours"], 50, 95),
        "floor_s": round(floor, 4),
        "compute_to_floor": round(ours / floor, 3),
        "baseline": {"name": DlibBaseline.name, "compute_s": round(theirs, 4), "ratio": round(ours / theirs, 3)},
    }


def lookups() -> dict[str, Any]:
    """A roster of 100,000 taken in as XLSX and as CSV, then look-ups and searches in its store."""
    with tempfile.TemporaryDirectory(prefix="kiosk-bench-") as name:
        folder = Path(name)
        keys = FileEventKeys.create(folder / "event.key", "rehearsal")
        rows = (roster_row(MATCH, visitor(index, 0, today())) for index in range(LOOKUP_TICKETS))
        files = write_rosters(folder, [row for row in rows if row])
        imports: dict[str, Any] = {}
        for what, file in files.items():  # the text last: its store is looked into
            (folder / "ledger.sqlite").unlink(missing_ok=True)
            began_s, began_cpu_s = time.perf_counter(), time.process_time()
            report = import_roster(file, rehearsal_event(today()), keys, folder / "ledger.sqlite")
            imports[f"roster_import{what}_s"] = round(time.perf_counter() - began_s, 2)
            imports[f"roster_import{what}_cpu_s"] = round(time.process_time() - began_cpu_s, 2)
        ledger = SqliteLedger(folder / "ledger.sqlite", keys)
        place = Place("bench", GATE_GROUP, SESSION)
        generator = np.random.default_rng(3)
        took = []
        for index in generator.integers(0, LOOKUP_TICKETS, LOOKUPS):
            person = visitor(int(index), 0, today())
            presented = Presented(token=keys.token(person.kind, "CHN", person.number))
            began_s = time.perf_counter()
            ledger.check(presented, place, time.time())
            took.append(time.perf_counter() - began_s)
        searched = []
        for index in generator.integers(0, LOOKUP_TICKETS, SEARCHES):
            began_s = time.perf_counter()
            ledger.search(visitor(int(index), 0, today()).name, place)
            searched.append(time.perf_counter() - began_s)
        ledger.close()
    return {
        "lookup_s": percentiles(took, 50, 99),
        "search_s": percentiles(searched, 50, 99),
        "lookup_tickets": report.imported,
        **imports,
    }
