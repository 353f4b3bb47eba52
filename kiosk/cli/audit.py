"""``kiosk audit``: read the machine's audit log, check it, hand it out, take what is old enough off it."""

from __future__ import annotations

import base64
import json
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from kiosk.audit.catalogue import Kind
from kiosk.audit.detail import DetailLog
from kiosk.audit.export import export_log
from kiosk.audit.fields import Value
from kiosk.audit.log import AuditLog
from kiosk.audit.port import AuditUnavailable
from kiosk.audit.purge import TooYoung
from kiosk.audit.record import Entry, utc
from kiosk.audit.renew import NotBroken
from kiosk.audit.verify import Anchor, Finding, anchors_of, verify_log
from kiosk.cli.event import DEFAULT_DATA_DIR, DEFAULT_KEY_DIR, DataDir, EventId, KeyDir
from kiosk.cli.event_key import SecretFile, unlocker
from kiosk.cli.event_saying import spoken
from kiosk.cli.machine_place import MachineFile, machine_of
from kiosk.cli.saying import BAD_USAGE, FAILED, stop
from kiosk.cli.tables import show_table
from kiosk.cli.trail import device_log, sentence
from kiosk.cli.who import acting
from kiosk.config.places import DevicePlace, EventPlace
from kiosk.domain.access import Action
from kiosk.vault.identity import DeviceIdentity
from kiosk.vault.key_file import KeyFileUnusable
from kiosk.vault.port import KeysDestroyed

KEY_BYTES = 32
MAX_KEY_FILE_BYTES = 1000

audit_app = typer.Typer(help="Read and check the machine's audit log.", no_args_is_help=True)

LogFile = Annotated[Path | None, typer.Argument(help="The log; default: this machine's.", dir_okay=False)]
Day = Annotated[
    datetime | None, typer.Option(formats=["%Y-%m-%d"], help="A day, UTC, as 2026-05-01.", metavar="YYYY-MM-DD")
]


@audit_app.command("verify")
def verify(
    file: LogFile = None,
    anchor: Annotated[
        list[str] | None,
        typer.Option("--anchor", help="number:hash noted earlier, as kiosk audit head prints; may be repeated."),
    ] = None,
    copy: Annotated[
        Path | None, typer.Option("--copy", help="A copy from a second medium: every record of it is an anchor.")
    ] = None,
    public_key: Annotated[
        str | None,
        typer.Option("--public-key", help="The machine's key, 64 hexadecimal digits or a file that holds them."),
    ] = None,
    config: MachineFile = None,
    data: DataDir = DEFAULT_DATA_DIR,
    keys: KeyDir = DEFAULT_KEY_DIR,
) -> None:
    """Check every record; print one JSON object, exit 1 unless all is as it was written.

    The machine's own log is checked with the machine's key where that can be read, and the check is recorded there.
    A log from elsewhere proves who wrote it with --public-key only.
    """
    place = machine_of(config, data, keys)
    who = acting(Action.VERIFY_AUDIT)
    if file is None:
        _require_log(place)
    log_file = file or place.audit_file
    ours = log_file.resolve() == place.audit_file.resolve()
    try:
        copied = anchors_of(copy) if copy is not None else []
        anchors = [*(Anchor.parse(text) for text in anchor or ()), *copied]
        trusted = _key(public_key) or (_own_key(place) if ours else None)
        if copy is not None and not copied:
            stop(f"{copy} holds not one record of a log: nothing could be compared.", FAILED)
        finding = verify_log(log_file, anchors, trusted)
    except ValueError as wrong:
        stop(f"{wrong}.".capitalize(), BAD_USAGE)
    except OSError as error:
        stop(f"{error.filename} cannot be read: {error.strerror}.", BAD_USAGE)
    typer.echo(json.dumps(finding.as_dict()))
    typer.echo(_in_words(finding, anchored=bool(anchors)), err=True)
    if ours:
        _note_verified(_log_of(place), who.name, finding)
    if not finding.ok:
        raise typer.Exit(FAILED)


@audit_app.command("head")
def head(config: MachineFile = None, data: DataDir = DEFAULT_DATA_DIR, keys: KeyDir = DEFAULT_KEY_DIR) -> None:
    """Print number:hash of the last record. Noted elsewhere, it proves later that nothing before it is gone."""
    place = machine_of(config, data, keys)
    acting(Action.VERIFY_AUDIT)
    _require_log(place)
    try:
        typer.echo(_log_of(place).head())
    except AuditUnavailable as unavailable:
        stop(sentence(unavailable))


@audit_app.command("show")
def show(
    file: LogFile = None,
    area: Annotated[
        str | None, typer.Option("--area", help="Only these kinds: what stands before the dot, or all of it.")
    ] = None,
    since: Day = None,
    until: Day = None,
    last: Annotated[int, typer.Option("--last", min=1, help="At most so many, the newest.")] = 200,
    config: MachineFile = None,
    data: DataDir = DEFAULT_DATA_DIR,
    keys: KeyDir = DEFAULT_KEY_DIR,
) -> None:
    """Show records as a table, the oldest first. Checking them is another command's: kiosk audit verify."""
    place = machine_of(config, data, keys)
    acting(Action.READ_AUDIT)
    if area is not None and not any(_in_area(kind.value, area) for kind in Kind):
        stop(f"There is no area {area}. Areas: {', '.join(sorted({kind.split('.')[0] for kind in Kind}))}.", BAD_USAGE)
    found = []
    for record in _records(file or place.audit_file):
        day = record["at"][:10]
        in_time = (since is None or day >= f"{since:%Y-%m-%d}") and (until is None or day <= f"{until:%Y-%m-%d}")
        if in_time and (area is None or _in_area(record["kind"], area)):
            found.append(record)
    _print(found[-last:])


@audit_app.command("export")
def export(
    to: Annotated[Path, typer.Option("--to", help="The file to write; it must not exist.", dir_okay=False)],
    recipient: Annotated[str, typer.Option("--recipient", help="Id of who gets it: letters, digits, - _ .")],
    reason: Annotated[str, typer.Option("--reason", help="Why it is handed out.")],
    config: MachineFile = None,
    data: DataDir = DEFAULT_DATA_DIR,
    keys: KeyDir = DEFAULT_KEY_DIR,
) -> None:
    """Write a copy of the whole log; that it was handed out, its hash and to whom, is recorded first."""
    place = machine_of(config, data, keys)
    who = acting(Action.EXPORT_AUDIT)
    _require_log(place)
    if not reason.strip():
        stop("Say why with --reason.", BAD_USAGE)
    try:
        records = export_log(_log_of(place), to, who.name, recipient, reason.strip())
    except OSError as error:
        stop(f"{to} cannot be written: {error.strerror}.")
    except AuditUnavailable as unavailable:
        stop(sentence(unavailable))
    except ValueError:
        stop("The recipient is not an id: letters, digits, - _ . only.", BAD_USAGE)
    typer.echo(f"{to}: {records} records.")


@audit_app.command("purge")
def purge(
    before: Annotated[
        datetime, typer.Option("--before", formats=["%Y-%m-%d"], help="Records of earlier days go.", metavar="DAY")
    ],
    config: MachineFile = None,
    data: DataDir = DEFAULT_DATA_DIR,
    keys: KeyDir = DEFAULT_KEY_DIR,
) -> None:
    """Remove old records: security acts after six months, records of processing after three years, never earlier."""
    place = machine_of(config, data, keys)
    who = acting(Action.PURGE_AUDIT)
    _require_log(place)
    try:
        gone = _log_of(place).purge(before.replace(tzinfo=UTC).timestamp(), who.name)
    except TooYoung as young:
        stop(f"Nothing was removed: record {young.seq} has to be kept for {young.days} days.")
    except AuditUnavailable as unavailable:
        stop(sentence(unavailable))
    typer.echo(f"{gone} records removed." if gone else "There is nothing that old.")


@audit_app.command("renew")
def renew(config: MachineFile = None, data: DataDir = DEFAULT_DATA_DIR, keys: KeyDir = DEFAULT_KEY_DIR) -> None:
    """Begin a new log after the last record was changed; the changed log is kept, and the new one names it."""
    place = machine_of(config, data, keys)
    who = acting(Action.PURGE_AUDIT)
    _require_log(place)
    try:
        aside = _log_of(place).renew(who.name)
    except NotBroken:
        stop("The log can be written on: there is nothing to renew.")
    except AuditUnavailable as unavailable:
        stop(sentence(unavailable))
    typer.echo(f"A new log begins. The changed one is kept as {aside}.")


@audit_app.command("detail")
def detail(
    event: EventId,
    secret_file: SecretFile = None,
    data: DataDir = DEFAULT_DATA_DIR,
    keys: KeyDir = DEFAULT_KEY_DIR,
) -> None:
    """Show the event's own log, which closing destroys: single visits and acts of staff, never who a visitor was."""
    place = EventPlace(data.absolute(), keys.absolute(), event)
    with spoken(event, Action.READ_AUDIT) as who:
        facts = list(DetailLog(place.detail_file, unlocker(secret_file, who.name)(place)).read())
    rows = [
        {
            "seq": number,
            "at": utc(fact.at_s),
            "kind": fact.entry.kind,
            "by": fact.entry.by,
            "about": fact.entry.about,
            "success": fact.entry.success,
            "fields": fact.entry.fields,
        }
        for number, fact in enumerate(facts, 1)
    ]
    _print(rows)


def _note_verified(log: AuditLog, by: str, finding: Finding) -> None:
    with suppress(AuditUnavailable):  # who may read the log need not be able to write it
        told: dict[str, Value] = {"ok": finding.ok, "records": finding.records}
        if finding.first_bad is not None:
            told["first_bad"] = finding.first_bad
        log.append(Entry(Kind.LOG_VERIFIED, by, success=finding.ok, fields=told))


def _log_of(place: DevicePlace) -> AuditLog:
    return device_log(place.data_dir, place.key_dir)


def _require_log(place: DevicePlace) -> None:
    if not place.audit_file.is_file():
        where = f"There is no audit log in {place.data_dir}."
        stop(f"{where} Another machine is named with --config, or its data folder with --data.", BAD_USAGE)


def _key(text: str | None) -> bytes | None:
    """32 bytes from hexadecimal digits or base64url, given or in a file. Raises ValueError, OSError."""
    if text is None:
        return None
    path = Path(text)
    if path.is_file():
        with path.open("rb") as file:
            text = file.read(MAX_KEY_FILE_BYTES).decode("ascii", "replace").strip()
    try:
        key = bytes.fromhex(text) if len(text) == 2 * KEY_BYTES else base64.urlsafe_b64decode(text + "=")
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise ValueError("the public key is not 32 bytes, nor a file that holds them")
    return key


def _own_key(place: DevicePlace) -> bytes | None:
    """This kiosk's public key, where it can be read."""
    try:
        return DeviceIdentity.load(place.identity_file).public_key
    except (KeyFileUnusable, KeysDestroyed):
        return None


def _in_words(finding: Finding, *, anchored: bool) -> str:
    if finding.ok:
        known = finding.complete_to
        upto = f"complete up to record {known}" if known else "not one signed checkpoint"
        after = "" if anchored else "; what followed and was cut off could be seen with an anchor only"
        if finding.key_from_log:
            author = "The key came out of the log itself: who wrote it is not proved (--public-key)."
            return f"{finding.records} records, each fits the one before; {upto}{after}. {author}"
        return f"{finding.records} records, all as they were written; {upto}{after}."
    if finding.why == "other_key":
        return f"Record {finding.first_bad} is the first that another key signed ({finding.why})."
    return f"Record {finding.first_bad} is the first that is wrong ({finding.why})."


def _records(file: Path) -> list[dict[str, Any]]:
    try:
        lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError as error:
        stop(f"{file} cannot be read: {error.strerror}.", BAD_USAGE)
    found = []
    for number, line in enumerate(lines, 1):
        try:
            record = json.loads(line)
            found.append({key: record[key] for key in ("seq", "at", "kind", "by", "about", "success", "fields")})
        except (ValueError, KeyError, TypeError, RecursionError):
            typer.echo(f"Line {number} cannot be read; see kiosk audit verify.", err=True)
    return found


def _in_area(kind: str, area: str) -> bool:
    return kind == area or kind.partition(".")[0] == area


def _print(records: list[dict[str, Any]]) -> None:
    rows = []
    for record in records:
        told = " ".join(f"{name}={value}" for name, value in sorted(dict(record["fields"]).items()))
        about = " ".join(part for part in (record["about"], "" if record["success"] else "FAILED", told) if part)
        rows.append((record["seq"], record["at"], record["kind"], record["by"], about))
    show_table(("no", "when (UTC)", "what", "by", "about, with"), rows)
