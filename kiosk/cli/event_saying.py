"""What the event commands say: one clear sentence per error, the readiness list, the end of an event."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

import typer

from kiosk.audit.port import AuditUnavailable
from kiosk.cli.saying import BAD_USAGE, FAILED, stop, stop_at
from kiosk.cli.trail import sentence
from kiosk.cli.who import acting, refuse
from kiosk.closing.certificate import Issued
from kiosk.closing.close import ClosingReport
from kiosk.closing.journal import Step
from kiosk.closing.leftovers import Verdict
from kiosk.closing.life import NotReady
from kiosk.closing.lock import ClosingElsewhere
from kiosk.closing.readiness import Missing
from kiosk.closing.schedule import end_s
from kiosk.closing.state import EventState, WrongState
from kiosk.config.event import EventConfig
from kiosk.config.faults import ConfigFaults
from kiosk.domain.access import Action, NotAllowed, Principal, authorise
from kiosk.ledger.port import LedgerUnavailable
from kiosk.ledger.words import store_words
from kiosk.text import Texts
from kiosk.vault.errors import KeyLocked, TpmUnavailable, TriesUsedUp, WeakSecret, WrongSecret
from kiosk.vault.key_file import KeyFileUnusable
from kiosk.vault.opening_secret import FEWEST_CHARACTERS, FEWEST_DIFFERENT
from kiosk.vault.port import KeysDestroyed
from kiosk.vault.words import key_words

_SPEECH = Texts("en")

_WEAK = {
    "letters": "it has letters that cannot be typed at a kiosk; use A-Z and digits",
    "too_short": f"it needs at least {FEWEST_CHARACTERS} letters A-Z or digits; spaces and signs do not count",
    "too_plain": f"it needs at least {FEWEST_DIFFERENT} different letters or digits",
}

_TPM_FAULTS = {
    "no_tools": "its commands are not installed; run sudo apt-get install tpm2-tools",
    "no_tpm": "there is none, or this user may not use it; run sudo usermod -aG tss $USER, then log in again",
    "refused": "it refused; the key was wrapped by another machine's, or it was cleared",
    "timeout": "it did not answer",
}

_WRONG_STATES = {
    EventState.DRAFT: "Event {event} is a draft: arm it first, with kiosk event arm {event}.",
    EventState.ARMED: "Event {event} is armed already. Next: kiosk event open {event}",
    EventState.OPEN: "Event {event} is open already.",
    EventState.CLOSING: "Event {event} is being closed and cannot be used again. To finish: kiosk event close {event}",
    EventState.WIPED: "Event {event} is closed: its key and tickets are destroyed. Only its report is left.",
    EventState.ARCHIVED: "Event {event} is archived: every certificate is in.",
    EventState.UNKNOWN: "The state of event {event} is damaged. It can only be closed: kiosk event close {event}",
}

_STEPS = {
    Step.STOPPING: "Stopping stations ...",
    Step.COUNTING: "Noting numbers ...",
    Step.KEY: "Destroying the key ...",
    Step.FILES: "Overwriting and removing files ...",
    Step.LOOKING: "Looking for anything left ...",
    Step.DONE: "Done.",
}


@contextmanager
def spoken(subject: str, action: Action, ask_who: Callable[[Action, str], Principal] = acting) -> Iterator[Principal]:
    """Everything that can go wrong with an event, as one sentence (or one per fault) and an exit code.

    Yields who gives the command: somebody logged in who may do ``action``; the folders are those of the options.
    ``ask_who``: how they are asked.
    """
    try:
        who = ask_who(action, subject)
        authorise(who, action)
        yield who
    except NotAllowed as refused:
        refuse(refused)
    except ConfigFaults as faults:
        stop("\n".join(str(fault) for fault in faults.faults), BAD_USAGE)
    except NotReady as not_ready:
        say_missing(not_ready.missing)
        raise typer.Exit(FAILED) from None
    except WrongState as wrong:
        stop(_WRONG_STATES[wrong.state].format(event=subject))
    except ClosingElsewhere:
        stop(f"Event {subject} is being closed by another program right now.")
    except KeysDestroyed:
        stop(f"The key of event {subject} is not on this machine: it was closed, or its key folder is another one.")
    except KeyFileUnusable as unusable:
        stop(f"The key file of event {subject} cannot be used: {key_words(unusable)}.")
    except (KeyLocked, WrongSecret, TriesUsedUp, TpmUnavailable) as refused_key:
        stop(_why_locked(subject, refused_key))
    except WeakSecret as weak:
        stop(f"This opening secret cannot be used: {_WEAK[weak.code]}.", BAD_USAGE)
    except LedgerUnavailable as unavailable:
        stop(f"The ticket store of event {subject} cannot be used: {store_words(unavailable)}.")
    except AuditUnavailable as unavailable:
        stop(f"{sentence(unavailable)} What cannot be recorded is not done.")
    except OSError as error:
        stop_at(error, subject)


def warn_if_over(event: EventConfig, now_s: float) -> None:
    """A slip of the year is easily made, and what is over is destroyed at the next start."""
    ended_s = end_s(event)
    if ended_s < now_s:
        ended = datetime.fromtimestamp(ended_s).astimezone()
        typer.echo(
            f"Beware: its last session ended on {ended:%Y-%m-%d}. An event that is over is closed by itself.", err=True
        )


def say_missing(missing: list[Missing]) -> None:
    for thing in missing:
        typer.echo(f"[missing] {thing.sentence}", err=True)
    if not missing:
        typer.echo("Nothing is missing.")


class Steps:
    """Says each step once, and at a terminal how far the files have come. ``quiet``: nothing."""

    def __init__(self, *, quiet: bool = False) -> None:
        self._quiet, self._said, self._percent = quiet, set[Step](), -1

    def __call__(self, step: Step, share: float) -> None:
        if self._quiet:
            return
        if step not in self._said:
            self._said.add(step)
            typer.echo(_STEPS[step])
        percent = int(100 * share)
        if step is Step.FILES and percent != self._percent and sys.stderr.isatty():
            self._percent = percent
            typer.echo(f"\r  {percent:3d} %", nl=percent == 100, err=True)


def say_closing(event: str, report: ClosingReport) -> None:
    typer.echo(f"Event {event}: {report.verdict.value}")
    for thing in report.look.checked:
        typer.echo(f"  looked at: {thing}")
    typer.echo(f"  files read: {report.look.files_read}, bytes: {report.look.bytes_read}")
    for thing in report.look.not_checked:
        typer.echo(f"  not looked at: {thing}")
    for leftover in report.look.leftovers:
        typer.echo(f"  LEFT: {leftover.where} ({leftover.what})", err=True)
    for place in report.look.all_unread:
        typer.echo(f"  could not be read: {place}", err=True)
    _say_certificate(event, report.certificate)
    if report.is_over and report.verdict is not Verdict.PASS:
        typer.echo("  The event is ended all the same: two people said that its key is lost.", err=True)
    if report.stations_still_open:
        typer.echo(
            f"  {report.stations_still_open} station(s) still hold files open: end them and close again", err=True
        )


def _say_certificate(event: str, issued: Issued | None) -> None:
    if issued is None or issued.fault:
        why = "" if issued is None else f": {_SPEECH(f'certificate.fault.{issued.fault}')}"
        typer.echo(f"  no certificate was issued{why}", err=True)
        return
    typer.echo(f"  certificate: SHA-256 {issued.sha256}, shown by: kiosk event certificate {event}")
    if issued.paper not in {"made", "not_asked"}:
        typer.echo(f"  its PDF could not be made: {_SPEECH(f'certificate.fault.{issued.paper}')}", err=True)


def _why_locked(event: str, why: KeyLocked | WrongSecret | TriesUsedUp | TpmUnavailable) -> str:
    match why:
        case WrongSecret(tries_left=0):
            return "This is not the opening secret. The next try is possible in 15 minutes."
        case WrongSecret():
            return f"This is not the opening secret; {why.tries_left} more tries before a wait of 15 minutes."
        case TriesUsedUp():
            return f"Wrong opening secrets were tried: the next try is possible in {math.ceil(why.wait_s)} seconds."
        case KeyLocked():
            return f"The key of event {event} is protected by another means: {why.protection.value}."
    return f"The TPM cannot be used: {_TPM_FAULTS.get(why.code, why.code)}."
