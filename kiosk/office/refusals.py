"""Everything that can keep an act from being done, as one sentence for whoever asked for it."""

from __future__ import annotations

from datetime import datetime

from kiosk.accounts.account import RolesRefused
from kiosk.accounts.book import AccountFault
from kiosk.accounts.logins import LoginRefused
from kiosk.accounts.paper_process import PapersNotDrawn
from kiosk.accounts.refusal import sentence_of_refusal
from kiosk.audit.port import AuditUnavailable
from kiosk.base.errors import BaseAway, BaseRefused, BaseTrouble
from kiosk.closing.approval import NotApproved
from kiosk.closing.archived import CertificateMissing
from kiosk.closing.bound import BoundUnusable
from kiosk.closing.certificate_file import CertificateRefused
from kiosk.closing.changing import ChangedMeanwhile, LooserThanPublished, StoreMissed
from kiosk.closing.life import EventExists, NotReady
from kiosk.closing.paper_process import PaperUnavailable
from kiosk.closing.publishing import NotBoundYet, WouldLoosen
from kiosk.closing.state import WrongState
from kiosk.closing.tickets import BadTicket
from kiosk.closing.training import EventInService
from kiosk.config.faults import ConfigFaults
from kiosk.documents.evidence_words import fault_words as pack_fault_words
from kiosk.documents.handing_out import NotHandedOut
from kiosk.domain.access import NotAllowed
from kiosk.ledger.corrections import NotChanged
from kiosk.ledger.port import LedgerUnavailable
from kiosk.ledger.tickets import TicketConflict
from kiosk.office.roster_words import column_words, fault_words
from kiosk.roster.faults import RosterUnreadable
from kiosk.text import Texts
from kiosk.vault.errors import KeyLocked, TpmUnavailable, TriesUsedUp, WeakSecret, WrongSecret
from kiosk.vault.key_file import KeyFileUnusable
from kiosk.vault.port import KeysDestroyed


class TakesTwoPeople(Exception):
    """A later end of an event that holds tickets: two people have to agree to it."""


class NotAPaper(Exception):
    """The file is empty or far too large to be a paper."""


_BY_CLASS: dict[type[Exception], str] = {
    TakesTwoPeople: "two_people",
    NotAPaper: "not_a_paper",
    EventExists: "event_exists",
    KeysDestroyed: "no_key",
    NotBoundYet: "not_bound",
    BoundUnusable: "not_bound",
    StoreMissed: "store_missed",
    ChangedMeanwhile: "changed_meanwhile",
    KeyLocked: "locked",
    TriesUsedUp: "tries_used_up",
    TpmUnavailable: "tpm",
    WeakSecret: "weak_secret",
    WouldLoosen: "looser",
    TicketConflict: "ticket_conflict",
    EventInService: "in_service",
    CertificateMissing: "certificate_missing",
}
"""What an act on the event or its tickets was refused for, by words of its own."""


def sentence_of(error: Exception, texts: Texts) -> str:
    return _of_an_event(error, texts) or _of_the_machine(error, texts)


def _of_an_event(error: Exception, texts: Texts) -> str:
    """Why an event or its tickets are not changed; "" for everything else."""
    match error:
        case WrongSecret():
            return texts("office.fault.wrong_secret", left=error.tries_left)
        case WrongState():
            return texts("office.fault.wrong_state", state=texts(f"office.event.states.{error.state.value}"))
        case NotReady():
            return texts("office.missing.some", count=len(error.missing))
        case NotApproved():
            return texts("office.agree.one_person" if error.code == "not_two_people" else "office.fault.reason")
        case NotChanged():
            return texts(f"office.roster.not_changed.{error.code}")
        case BadTicket():
            said = (f"{column_words(each.column, texts)}: {fault_words(each, texts)}" for each in error.faults)
            return "\n".join(said)
        case CertificateRefused():
            return texts("office.fault.certificate_refused", why=pack_fault_words(error.code, texts))
        case LooserThanPublished():
            return texts("office.fault.looser")
        case ConfigFaults():
            return texts("office.wizard.fault.elsewhere", keys=", ".join(each.key for each in error.faults[:3]))
    code = _BY_CLASS.get(type(error), "")
    return texts(f"office.fault.{code}") if code else ""


def _of_the_machine(error: Exception, texts: Texts) -> str:
    match error:
        case NotAllowed():
            return sentence_of_refusal(error, texts)
        case LoginRefused():
            until = f"{datetime.fromtimestamp(error.until).astimezone():%H:%M:%S}" if error.until else ""
            key = f"office.agree.refused.{error.code}"
            return texts(key if texts.has(key) else "office.agree.refused.wrong", until=until)
        case AccountFault() | NotHandedOut():
            return _coded("office.fault", error.code, texts)
        case RolesRefused():
            return _coded("office.roles", error.code, texts)
        case LedgerUnavailable():
            return texts("office.fault.store", code=error.code)
        case AuditUnavailable():
            return texts("office.fault.log", code=error.code)
        case RosterUnreadable():
            return _coded("office.file", error.fault.code, texts)
        case PapersNotDrawn():
            return texts("office.fault.papers")
        case PaperUnavailable():
            return texts("office.fault.no_paper")
        case BaseTrouble() | BaseAway() | BaseRefused():
            return _of_base(error, texts)
        case KeyFileUnusable():
            return texts("office.fault.unwritable")
        case OSError():
            return texts("office.fault.disk", why=error.strerror or "")
    return texts("office.fault.other")


def _of_base(error: BaseTrouble | BaseAway | BaseRefused, texts: Texts) -> str:
    match error:
        case BaseAway():
            return texts("office.fault.base_away")
        case BaseRefused():
            return texts("office.fault.base_refused", code=error.code)
    key = f"office.base.fault.{error.code}"
    return texts(key) if texts.has(key) else str(error)


def _coded(section: str, code: str, texts: Texts) -> str:
    key = f"{section}.{code}"
    return texts(key if texts.has(key) else "office.fault.other")
