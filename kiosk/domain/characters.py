"""Characters that no name, code or sentence of ours may have: they are not seen, or change what is seen. Pure."""

from __future__ import annotations

import re

_DIRECTIONS = "\u202a-\u202e\u2066-\u2069"
"""Embeddings, overrides and isolates (Unicode UAX 9): they let text read in another order than it is stored."""
_CONTROLS_IN_A_TEXT = "\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff"
_CONTROLS_IN_A_LINE = "\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff"

DIRECTION = re.compile(f"[{_DIRECTIONS}]")
CONTROL_IN_A_LINE = re.compile(f"[{_CONTROLS_IN_A_LINE}]")
FORBIDDEN_IN_A_TEXT = re.compile(f"[{_CONTROLS_IN_A_TEXT}{_DIRECTIONS}]")
"""A text may have tabs and new lines."""
