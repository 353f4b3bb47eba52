"""What can go wrong between us and a device; one class per culprit, one stable code per error.

Messages name the device and the step, never a person or a card's content.
"""

from __future__ import annotations


class DriverError(Exception):
    """Base of all device faults. ``code`` is stable and is what crosses to the kiosk."""

    code = "driver"

    def __init__(self, step: str = "") -> None:
        super().__init__(f"{self.code}: {step}" if step else self.code)
        self.step = step


class TransportLost(DriverError):
    """The port is gone: cable pulled, adapter reset, device node removed."""

    code = "transport_lost"


class PeerBrokeProtocol(DriverError):
    """The device sent something its protocol does not allow."""

    code = "protocol_broken"


class DeadlineExceeded(DriverError):
    """The device stayed silent past its deadline."""

    code = "deadline_exceeded"


class DeviceRefused(DriverError):
    """The device understood and said no; ``status`` is its own code."""

    code = "device_refused"

    def __init__(self, step: str, status: int) -> None:
        super().__init__(f"{step} (status {status:02X})")
        self.status = status


class PortUnavailable(DriverError):
    """No such port, no permission, or somebody else holds it."""

    code = "port_unavailable"
