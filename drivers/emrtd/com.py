"""EF.COM: which data groups the chip says it has (9303-10, 4.6.1). Signed by nobody; EF.SOD's list counts."""

from __future__ import annotations

from drivers.emrtd.errors import DocumentMalformed, MalformedTlv
from drivers.emrtd.files import COM
from drivers.emrtd.tlv import Data, find, whole

__all__ = ["listed_groups"]

_TAG_LIST = 0x5C
_GROUP_TAGS = bytes.fromhex("6175636576666768696A6B6C6D6E6F70")
"""Tags of data groups 1 to 16 in order."""


def listed_groups(untrusted: Data) -> frozenset[int]:
    """Numbers of data groups; unknown tags are passed over. Raises DocumentMalformed."""
    try:
        tags = find(whole(untrusted, COM.tag).value, _TAG_LIST)
    except MalformedTlv as error:
        raise DocumentMalformed(f"EF.COM: {error.step}") from error
    if tags is None:
        raise DocumentMalformed("EF.COM: no list")
    return frozenset(_GROUP_TAGS.index(tag) + 1 for tag in tags if tag in _GROUP_TAGS)
