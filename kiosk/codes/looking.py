"""Look through a camera until a code is seen or the time is over; every frame is overwritten."""

from __future__ import annotations

from collections.abc import Callable

from kiosk.camera.port import BgrImage, Camera

READ_WAIT_S = 0.5


def look_for_code(
    camera: Camera, limit_s: float, clock: Callable[[], float], symbol: Callable[[BgrImage], bytes]
) -> bytes:
    """The untrusted bytes of the first code within ``limit_s``, or b"". Opens ``camera`` and closes it, whatever comes.

    Raises CameraUnavailable.
    """
    until_s = clock() + limit_s
    try:
        camera.open()
        while clock() < until_s:
            frame = camera.read(READ_WAIT_S)
            if frame is None:
                continue
            try:
                if untrusted_bytes := symbol(frame.image):
                    return untrusted_bytes
            finally:
                frame.image[:] = 0
        return b""
    finally:
        camera.close()
