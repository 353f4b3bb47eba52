"""First answers, kept sealed under their nonce so that a repeated call can give them again."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from kiosk.domain.lane import Lane
from kiosk.domain.outcome import CheckOutcome, EarlierUse, TicketCheck, TicketFacts
from kiosk.ledger.port import Admission, GateState, Held, Hold

Answer = Held | Admission | tuple[Admission, ...] | CheckOutcome | bool | None


def encode(answer: Answer) -> bytes:
    """An answer as bytes; ``decode`` gives an equal one back."""
    match answer:
        case Held():
            kind, value = "held", asdict(answer)
        case Admission():
            kind, value = "admission", asdict(answer)
        case tuple():
            kind, value = "admissions", {"admissions": [asdict(one) for one in answer]}
        case CheckOutcome():
            kind, value = "outcome", {"outcome": answer}
        case _:
            kind, value = "plain", {"value": answer}
    return json.dumps({"kind": kind, **value}, ensure_ascii=False).encode("utf-8")


def decode(data: bytes) -> Answer:
    """What ``encode`` was given."""
    value: dict[str, Any] = json.loads(data)
    match value.pop("kind"):
        case "held":
            hold = value["hold"]
            return Held(_check(value["check"]), Hold(**hold) if hold else None)
        case "admission":
            return _admission(value)
        case "admissions":
            return tuple(_admission(one) for one in value["admissions"])
        case "outcome":
            return CheckOutcome(value["outcome"])
        case _:
            plain: bool | None = value["value"]
            return plain


def _admission(value: dict[str, Any]) -> Admission:
    return Admission(**value | {"lane": Lane(value["lane"]), "gate_state": GateState(value["gate_state"])})


def _check(value: dict[str, Any]) -> TicketCheck:
    ticket, earlier = value["ticket"], value["earlier_use"]
    return TicketCheck(
        outcome=CheckOutcome(value["outcome"]),
        ticket=TicketFacts(**ticket) if ticket else None,
        earlier_use=EarlierUse(**earlier) if earlier else None,
        name_agrees=value["name_agrees"],
    )
