"""``python -m kiosk.face.portrait_start --parent-pid N``: decodes one portrait for an officer's eye, in one process.

Standard input: one line of JSON (``decoder``: what the portrait factory takes; ``format``; ``length`` in bytes), then
the block. Standard output: width and height in pixels (two little-endian 16-bit numbers), then the picture's rows,
blue-green-red. No model is loaded and nothing is compared; the kernel frees what it had.
"""

from __future__ import annotations

import argparse
import json
import resource
import struct
import sys

import numpy as np

from kiosk.camera.port import BgrImage
from kiosk.face.process import die_with_parent, leave_no_dump, set_name

HEAD = struct.Struct("<HH")
HEIGHT_PX, SIDE_MAX_PX = 480, 2048
"""What is handed out is so high, and at most so wide: enlarged well here, the window need not smooth it."""
UNDECODABLE = 10
"""How it exits where the decoder made no picture of the block."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="kiosk.face.portrait_start", description=__doc__)
    parser.add_argument("--parent-pid", type=int, required=True)
    die_with_parent(parser.parse_args().parent_pid)
    leave_no_dump()
    _write_no_file()
    set_name("kiosk-portrait")
    return _decode()


def _write_no_file() -> None:
    """The soft limit: a maker's library in its own, confined process has one of its own (kiosk.portrait)."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, resource.getrlimit(resource.RLIMIT_FSIZE)[1]))


def _decode() -> int:
    from drivers.port import PortraitFormat  # OpenCV comes with what follows: after the parent is watched
    from kiosk.portrait.factory import make_decoder
    from kiosk.portrait.port import PortraitUndecodable

    asked = json.loads(sys.stdin.buffer.readline())
    block = sys.stdin.buffer.read(asked["length"])
    try:
        picture = make_decoder(asked["decoder"]).decode(PortraitFormat(asked["format"]), block)
    except PortraitUndecodable:
        return UNDECODABLE
    if not 0 < _width_px(picture) <= SIDE_MAX_PX:
        return UNDECODABLE
    shown = for_the_eye(picture)
    sys.stdout.buffer.write(HEAD.pack(shown.shape[1], shown.shape[0]))
    sys.stdout.buffer.write(shown.tobytes())
    sys.stdout.buffer.flush()
    return 0


def for_the_eye(picture: BgrImage) -> BgrImage:
    """``picture`` at HEIGHT_PX, its proportions kept."""
    import cv2

    way = cv2.INTER_AREA if picture.shape[0] > HEIGHT_PX else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(picture, (_width_px(picture), HEIGHT_PX), interpolation=way), np.uint8)


def _width_px(picture: BgrImage) -> int:
    height_px, width_px = map(int, picture.shape[:2])
    return round(width_px * HEIGHT_PX / height_px)


if __name__ == "__main__":
    sys.exit(main())
