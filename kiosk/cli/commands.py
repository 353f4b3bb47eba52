"""The group that all commands hang on: what no command said itself ends here as one sentence, never as a traceback."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from typing import Any

import typer
from typer.core import TyperGroup

from kiosk.audit.port import AuditUnavailable
from kiosk.cli.saying import BAD_USAGE, INTERRUPTED, stop, stop_at
from kiosk.cli.trail import sentence
from kiosk.config.faults import ConfigFaults
from kiosk.ledger.port import LedgerUnavailable
from kiosk.ledger.words import store_words
from kiosk.vault.key_file import KeyFileUnusable
from kiosk.vault.port import KeysDestroyed
from kiosk.vault.words import key_words

ENDED = "Ended by Ctrl-C."


class Commands(TyperGroup):
    """``kiosk`` and everything below it."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            stop(ENDED, INTERRUPTED)
        except typer.Abort as abort:  # what a question becomes
            if isinstance(abort.__context__, KeyboardInterrupt):
                stop(ENDED, INTERRUPTED)
            stop("Nobody answered, so it was not done.")
        except ConfigFaults as faults:
            stop("\n".join(str(fault) for fault in faults.faults), BAD_USAGE)
        except AuditUnavailable as unavailable:
            stop(sentence(unavailable))
        except LedgerUnavailable as unavailable:
            stop(f"A store of this machine cannot be used: {store_words(unavailable)}.")
        except KeyFileUnusable as unusable:
            stop(f"A key of this machine cannot be used: {key_words(unusable)}.")
        except KeysDestroyed:
            stop("A key of this machine is not in its key folder.")
        except OSError as error:
            if error.errno == errno.EPIPE:  # whoever reads has read enough
                raise
            stop_at(error, "A file")

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """``kiosk close`` is answered with ``kiosk event close``; nearly right names typer itself knows."""
        if args and self.get_command(ctx, args[0]) is None:
            elsewhere = [name for name in leaves(self, "kiosk") if name.split()[-1] == args[0]]
            if elsewhere:
                ctx.fail(f"No such command '{args[0]}'. Did you mean {' or '.join(elsewhere)}?")
        return super().resolve_command(ctx, args)


def leaves(command: Any, name: str) -> Iterator[str]:
    """Full names of all commands at and below ``command``."""
    children = getattr(command, "commands", {})
    for child, inner in children.items():
        yield from leaves(inner, f"{name} {child}")
    if not children:
        yield name
