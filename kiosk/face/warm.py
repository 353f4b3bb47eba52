"""The warm engine, begun by ``kiosk.face.start``. Loads the models and forks one process per visit.

Rules of this process
* It never sees a face: pictures and portraits go over each visit's own socket, which it passes on unread.
* It is one thread when it forks. OpenCV's pool is therefore kept at one thread here and grows in the child.
* It ends when the window's end of the control socket closes; its children die with it, and what they started.
"""

from __future__ import annotations

import argparse
import contextlib
import gc
import importlib
import os
import select
import signal
import socket
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import cv2

from kiosk.face import packets
from kiosk.face.attack.operator_card import OperatorModelUnusable
from kiosk.face.attack.operator_model import OperatorModel
from kiosk.face.carded import carded_models
from kiosk.face.child import serve_visit
from kiosk.face.messages import (
    BadMessage,
    Configure,
    Exited,
    Fork,
    Forked,
    Ready,
    Refused,
    decode,
    encode,
)
from kiosk.face.models import landmark_model
from kiosk.face.networks import Models
from kiosk.face.port import EngineUnavailable
from kiosk.face.process import (
    adopt_orphans,
    die_with_parent,
    end_all_but,
    leave_no_dump,
    let_the_window_go_first,
    outlive_parent,
    set_name,
    thread_count,
)
from kiosk.face.settings import EngineSettings
from kiosk.face.work import search_scale
from kiosk.portrait.port import PortraitDecoder


@dataclass(frozen=True)
class Child:
    visit: int
    pid: int


class WarmProcess:
    """Everything after the models are loaded."""

    def __init__(self, control: socket.socket, configured: Configure) -> None:
        self._control, self._settings = control, configured.settings
        self._make_decoder = _decoder_maker(configured)
        cv2.setNumThreads(1)
        landmarks = landmark_model() if self._settings.challenge_acts else None
        self._models = Models(carded_models(), landmarks, _operator_model(self._settings))
        zone_px = (self._settings.zone_width_px, self._settings.zone_height_px)
        self._models.warm_up(zone_px, search_scale(self._settings))
        self._children: dict[int, Child] = {}
        """By pidfd."""

    def run(self) -> None:
        """Serve until the control socket ends."""
        if thread_count() != 1:
            raise RuntimeError("the warm engine must be one thread to fork safely")
        gc.collect()
        gc.freeze()  # children then do not copy our pages only because the collector looked at them
        packets.send(self._control, encode(Ready()))
        while True:
            ready, _, _ = select.select([self._control.fileno(), *self._children], [], [])
            for descriptor in ready:
                if descriptor in self._children:
                    self._reap(descriptor)
                elif not self._take_packet():
                    return

    def _take_packet(self) -> bool:
        packet, descriptors = packets.receive(self._control, 2)
        if not packet:
            return False
        message = decode(packet)
        if not isinstance(message, Fork) or len(descriptors) != 2:
            raise BadMessage
        self._fork(message, descriptors[0], descriptors[1])
        return True

    def _fork(self, wanted: Fork, link_descriptor: int, ring_descriptor: int) -> None:
        began_s = time.perf_counter()
        warm_pid = os.getpid()
        pid = os.fork()
        if pid == 0:
            self._be_child(wanted, warm_pid, link_descriptor, ring_descriptor)
        pidfd = os.pidfd_open(pid)
        self._children[pidfd] = Child(wanted.visit, pid)
        os.close(link_descriptor)
        os.close(ring_descriptor)
        answer = Forked(wanted.visit, time.perf_counter() - began_s)
        packets.send(self._control, encode(answer), [pidfd])

    def _be_child(self, wanted: Fork, warm_pid: int, link_descriptor: int, ring_descriptor: int) -> None:
        status = 1
        try:
            die_with_parent(warm_pid)
            leave_no_dump()
            set_name("kiosk-visit")
            self._control.close()
            for pidfd in self._children:
                os.close(pidfd)
            size_px = (wanted.zone_width_px, wanted.zone_height_px)
            with socket.socket(fileno=link_descriptor) as link:
                serve_visit(link, ring_descriptor, size_px, self._models, self._settings, self._make_decoder)
            status = 0
        except BaseException:
            traceback.print_exc()  # code positions and types only: no exception of ours carries a picture
        finally:
            os._exit(status)

    def _reap(self, pidfd: int) -> None:
        child = self._children.pop(pidfd)
        _, status = os.waitpid(child.pid, 0)
        os.close(pidfd)
        end_all_but([other.pid for other in self._children.values()])  # whatever a maker's decoder started goes too
        packets.send(self._control, encode(Exited(child.visit, os.waitstatus_to_exitcode(status))))


def _operator_model(settings: EngineSettings) -> OperatorModel | None:
    """Raises EngineUnavailable("operator_model"); the sentence that says why is on the terminal."""
    if not (settings.attack_signs and settings.operator_card):
        return None
    try:
        return OperatorModel(Path(settings.operator_card))
    except OperatorModelUnusable as unusable:
        sys.stderr.write(f"{unusable}\n")
        raise EngineUnavailable("operator_model") from None


def _decoder_maker(configured: Configure) -> Callable[[], PortraitDecoder]:
    module_name, _, function_name = configured.decoder_factory.partition(":")
    factory: Callable[[dict[str, object]], PortraitDecoder] = getattr(
        importlib.import_module(module_name), function_name
    )
    return lambda: factory(configured.decoder_settings)


def _configuration(control: socket.socket) -> Configure:
    configured = decode(packets.receive(control)[0])
    if not isinstance(configured, Configure):
        raise BadMessage
    return configured


def main() -> int:
    parser = argparse.ArgumentParser(prog="kiosk.face.start", description=__doc__)
    parser.add_argument("--control-fd", type=int, required=True)
    control = socket.socket(fileno=parser.parse_args().control_fd)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C in a terminal is the window's to answer
    set_name("kiosk-engine")
    adopt_orphans()
    let_the_window_go_first()
    try:
        warm = WarmProcess(control, _configuration(control))
        outlive_parent()
        warm.run()
    except EngineUnavailable as unavailable:
        with contextlib.suppress(OSError):
            packets.send(control, encode(Refused(unavailable.code)))
        return 1
    except (OSError, BadMessage):
        return 1
    finally:
        end_all_but(())
    return 0
