"""What a device keeps of its enrolment, among the machine's own keys: it goes when the device leaves service.

::

    <key_dir>/device.base.key         made here, mode 0600; never leaves
              device.base.next.key    the same, until the base's answer is in
              device.base.invitation  what the base's code said, until then
              device.base.crt         the base's word for the key
              device.base.ca.crt      whose word counts
              device.base.way.json    where the base is, and what we are called there
"""

from __future__ import annotations

import json
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from kiosk.base.authority import key_pem, new_key
from kiosk.base.enrolment import Invitation, make_request, read_answer
from kiosk.base.errors import BaseTrouble
from kiosk.base.link import BaseWay
from kiosk.vault.key_file import read_private, write_private

_INVITATION, _NEXT_KEY, _WAY = "device.base.invitation", "device.base.next.key", "device.base.way.json"


def begin(folder: Path, untrusted_code: str) -> str:
    """Make a new key and the request for it; an enrolment that was begun before is void. Raises BaseTrouble, OSError,
    KeyFileUnusable."""
    invitation = Invitation.read(untrusted_code)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    key = new_key()
    for name in (_INVITATION, _NEXT_KEY):
        (folder / name).unlink(missing_ok=True)
    write_private(folder / _NEXT_KEY, key_pem(key))
    write_private(folder / _INVITATION, invitation.text().encode())
    return make_request(invitation, key)


def finish(folder: Path, untrusted_answer: str) -> BaseWay:
    """Take the base's answer; from then on the device can connect. Raises BaseTrouble, OSError."""
    try:
        invitation = Invitation.read((folder / _INVITATION).read_text(encoding="ascii"))
        key = serialization.load_pem_private_key(read_private(folder / _NEXT_KEY), None)
    except FileNotFoundError:
        raise BaseTrouble("No enrolment was begun here: kiosk base request CODE") from None
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise BaseTrouble(f"{folder / _NEXT_KEY} is not a key of ours.")
    certificate, authority = read_answer(untrusted_answer, invitation, key.public_key())
    way = BaseWay(invitation.hosts, invitation.port, invitation.device, folder)
    (folder / _NEXT_KEY).replace(way.key_file)
    way.certificate_file.write_bytes(certificate)
    way.ca_file.write_bytes(authority)
    told = {"hosts": way.hosts, "port": way.port, "device": way.device}
    (folder / _WAY).write_text(json.dumps(told) + "\n", encoding="utf-8")
    (folder / _INVITATION).unlink()
    return way


def way_of(folder: Path, connect_s: float, statement_s: float) -> BaseWay:
    """The way of an enrolled device. Raises BaseTrouble."""
    try:
        told = json.loads((folder / _WAY).read_text(encoding="utf-8"))
        return BaseWay(str(told["hosts"]), int(told["port"]), str(told["device"]), folder, connect_s, statement_s)
    except (OSError, ValueError, KeyError, TypeError):
        raise BaseTrouble("This machine is not enrolled at a base: kiosk base request CODE") from None
