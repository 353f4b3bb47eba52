"""DG2: the holder's portrait, still encoded (9303-10, 4.7.2; ISO/IEC 19785, 19794-5:2005, 39794-5:2019).

```
75 { 7F61 { 02 n, n x 7F60 { A1 { ... }, 5F2E | 7F2E  record } } }
19794-5   "FAC\\0" "010\\0" length(4) faces(2) | block length(4) points(2) ... 8 per point ... | image
39794-5   7F2E { A1 { 65 { DER, the image an octet string [0] deep inside } } }
```

Cut by lengths, then looked at: what the bytes begin with decides how they are decoded, not what the record declares.
Only the first face is used. What a record says about the holder's looks is never read.
"""

from __future__ import annotations

from dataclasses import dataclass

from drivers.emrtd.errors import DocumentMalformed, MalformedTlv
from drivers.emrtd.files import DG2
from drivers.emrtd.tlv import Data, Tlv, find, parse, whole
from drivers.port import PortraitFormat

__all__ = ["MOST_PORTRAIT_BYTES", "Portrait", "parse_dg2"]

MOST_PORTRAIT_BYTES = 200_000
_LEAST_PORTRAIT_BYTES = 100
_GROUP_TEMPLATE, _TEMPLATE, _COUNT = 0x7F61, 0x7F60, 0x02
_RECORD_PLAIN, _RECORD_CONSTRUCTED = 0x5F2E, 0x7F2E
_MOST_FACES = 16
_FACE_MAGIC = b"FAC\0"
_HEADER_BYTES, _POINT_BYTES = 14, 8
_FACE_INFORMATION_BYTES, _IMAGE_INFORMATION_BYTES = 20, 12
_DATA_TYPE_BEFORE_IMAGE = 11
_DECLARED = {0: PortraitFormat.JPEG, 1: PortraitFormat.JPEG2000}
_DEEPEST, _MOST_OBJECTS = 12, 2_000
_IMAGE_OCTETS = (0x80, 0x04)
_BEGINNINGS = {
    b"\xff\xd8\xff": PortraitFormat.JPEG,
    b"\0\0\0\x0cjP  \r\n\x87\n": PortraitFormat.JPEG2000,
    b"\xff\x4f\xff\x51": PortraitFormat.JPEG2000,
}


@dataclass(frozen=True)
class Portrait:
    """``data``: a view of the file's own bytes, untrusted, to be decoded where hostile pictures may do no harm.

    ``declared_otherwise``: the record names another format than its bytes have; the bytes count.
    """

    format: PortraitFormat
    data: memoryview
    declared_otherwise: bool = False


def parse_dg2(untrusted: Data) -> Portrait:
    """The first portrait in the file. Raises DocumentMalformed."""
    try:
        record = _record(whole(untrusted, DG2.tag))
        declared, image = _image_of_2005(record.value) if _is_2005(record.value) else _image_of_2019(record)
    except MalformedTlv as error:
        raise DocumentMalformed(f"DG2: {error.step}") from error
    if not _LEAST_PORTRAIT_BYTES <= len(image) <= MOST_PORTRAIT_BYTES:
        raise DocumentMalformed(f"DG2: a portrait of {len(image)} bytes")
    kind = _format(image)
    if kind is None:
        raise DocumentMalformed("DG2: a portrait that is neither JPEG nor JPEG 2000")
    return Portrait(kind, image, declared is not None and declared is not kind)


def _record(file: Tlv) -> Tlv:
    group = find(file.value, _GROUP_TEMPLATE)
    if group is None:
        raise DocumentMalformed("DG2: no group of templates")
    count = find(group, _COUNT)
    if count is None or not 1 <= int.from_bytes(count) <= _MOST_FACES:
        raise DocumentMalformed("DG2: no face, or too many")
    template = find(group, _TEMPLATE)
    for item in parse(template) if template is not None else ():
        if item.tag in (_RECORD_PLAIN, _RECORD_CONSTRUCTED):
            return item
    raise DocumentMalformed("DG2: no record of a face")


def _is_2005(record: memoryview) -> bool:
    return bytes(record[:4]) == _FACE_MAGIC


def _image_of_2005(record: memoryview) -> tuple[PortraitFormat | None, memoryview]:
    """(the format it declares, the image)."""
    if len(record) < _HEADER_BYTES + _FACE_INFORMATION_BYTES + _IMAGE_INFORMATION_BYTES:
        raise DocumentMalformed("DG2: a record that ends in its header")
    length, faces = int.from_bytes(record[8:12]), int.from_bytes(record[12:14])
    block = int.from_bytes(record[14:18])
    points = int.from_bytes(record[18:20])
    if length > len(record) or not 1 <= faces <= _MOST_FACES:
        raise DocumentMalformed(f"DG2: a record of {length} bytes with {faces} faces, {len(record)} bytes are there")
    begins = _HEADER_BYTES + _FACE_INFORMATION_BYTES + _POINT_BYTES * points + _IMAGE_INFORMATION_BYTES
    ends = _HEADER_BYTES + block
    if not begins < ends <= length:
        raise DocumentMalformed(f"DG2: a face from {begins} to {ends} in a record of {length} bytes")
    return _DECLARED.get(record[begins - _DATA_TYPE_BEFORE_IMAGE]), record[begins:ends]


def _image_of_2019(record: Tlv) -> tuple[None, memoryview]:
    """The longest octet string in the DER tree that begins like a picture. Raises DocumentMalformed without one."""
    if record.tag != _RECORD_CONSTRUCTED:
        raise DocumentMalformed("DG2: a record of an unknown form")
    left = [(item, 0) for item in parse(record.value)]
    looked_at, best = 0, record.value[:0]
    while left:
        item, depth = left.pop()
        looked_at += 1
        if looked_at > _MOST_OBJECTS or depth > _DEEPEST:
            raise DocumentMalformed("DG2: objects inside objects without end")
        if item.constructed:
            left.extend((inner, depth + 1) for inner in parse(item.value))
        elif item.tag in _IMAGE_OCTETS and len(item.value) > len(best) and _format(item.value) is not None:
            best = item.value
    if not best:
        raise DocumentMalformed("DG2: no portrait in a record of an unknown form")
    return None, best


def _format(image: memoryview) -> PortraitFormat | None:
    beginning = bytes(image[:12])
    return next((kind for start, kind in _BEGINNINGS.items() if beginning.startswith(start)), None)
