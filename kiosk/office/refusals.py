"""Everything that can keep an act from being done, as one sentence for whoever asked for it."""

from __future__ import annotations

from kiosk.accounts.account import RolesRefused
from kiosk.accounts.book import AccountFault
from kiosk.accounts.paper_process import PapersNotDrawn
from kiosk.accounts.refusal import sentence_of_refusal
from kiosk.audit.port import AuditUnavailable
from kiosk.base.errors import BaseAway, BaseRefused, BaseTrouble
from kiosk.closing.paper_process import PaperUnavailable
from kiosk.domain.access import NotAllowed
from kiosk.ledger.port import LedgerUnavailable
from kiosk.roster.faults import RosterUnreadable
from kiosk.text import Texts
from kiosk.vault.key_file import KeyFileUnusable


def sentence_of(error: Exception, texts: Texts) -> str:
    match error:
        case NotAllowed():
            return sentence_of_refusal(error, texts)
        case AccountFault():
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
