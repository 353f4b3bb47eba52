"""How a film camera and its server talk: one JSON packet each way, frames through a shared memory descriptor.

Packets on a SOCK_SEQPACKET Unix socket. To the server: ``open``, ``start``, ``close``. From it: ``opened`` (with a
memfd of SLOTS frames passed as SCM_RIGHTS), ``frame`` with slot and monotonic seconds.
"""

from __future__ import annotations

WIDTH_PX, HEIGHT_PX, SLOTS = 1280, 720, 4
FRAME_BYTES = WIDTH_PX * HEIGHT_PX * 3
PACKET_BYTES = 512
