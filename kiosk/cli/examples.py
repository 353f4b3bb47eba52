"""One real example for the ``--help`` of each command; a test runs all of them past the parser."""

from __future__ import annotations

import typer

EXAMPLES = (
    "kiosk run --config machine.toml",
    "kiosk office --config machine.toml",
    "kiosk rehearse --headless --visits 10",
    "kiosk bench --transactions 30 --json figures.json",
    "kiosk evaluate pairs.csv --images pictures --all-vs-all --report report",
    "kiosk evaluate-attacks pad.csv --report report",
    "kiosk evaluate-capture pairs.csv --images pictures --sweep backlight,mask",
    "kiosk model-card --markdown",
    "kiosk doctor --config machine.toml",
    "kiosk decommission --by 'Lin' --handover /media/stick/kiosk-7",
    "kiosk event new my-event.toml",
    "kiosk event import my-event-2026 roster.csv",
    "kiosk event check my-event-2026",
    "kiosk event arm my-event-2026",
    "kiosk event open my-event-2026",
    "kiosk event close my-event-2026",
    "kiosk event report my-event-2026",
    "kiosk event extend my-event-2026 --hours 3 --reason 'second half is late'",
    "kiosk event change my-event-2026 my-event.toml --reason 'begins an hour later'",
    "kiosk event clock my-event-2026 --confirm",
    "kiosk event used-list my-event-2026 --to used.csv --reason refunds --by Wu",
    "kiosk event hold allow my-event-2026 --reason 'complaints can be checked'",
    "kiosk event hold forbid my-event-2026",
    "kiosk event hold list my-event-2026",
    "kiosk event hold view my-event-2026 --reason 'complaint of the person'",
    "kiosk event hold drop my-event-2026",
    "kiosk event certificate my-event-2026",
    "kiosk account first sec-lin --name Lin --profile generic",
    "kiosk account add org-wu --name Wu --role organiser",
    "kiosk account list --event my-event-2026",
    "kiosk account import officers.csv --event my-event-2026",
    "kiosk account badges --event my-event-2026 --pdf badges.pdf --slips slips.pdf",
    "kiosk account revoke o-017",
    "kiosk account unlock o-017",
    "kiosk account renew org-wu",
    "kiosk account passwd org-wu",
    "kiosk account login",
    "kiosk account logout",
    "kiosk account overrides --event my-event-2026",
    "kiosk wipe verify /var/lib/venue-kiosk --keys /var/lib/venue-kiosk-keys",
    "kiosk wipe resume /var/lib/venue-kiosk",
    "kiosk wipe certificate certificate.json --pdf certificate.pdf",
    "kiosk integrity seal --config machine.toml --by He --reason 'event is made'",
    "kiosk integrity check",
    "kiosk audit verify --config machine.toml",
    "kiosk audit head --config machine.toml",
    "kiosk audit show --area event --last 20",
    "kiosk audit export --to audit.log --recipient auditor-7 --reason yearly",
    "kiosk audit purge --before 2026-01-01",
    "kiosk audit renew",
    "kiosk audit detail my-event-2026",
    "kiosk base init --name 10.0.0.5 --user postgres",
    "kiosk base run --base /var/lib/venue-kiosk-base",
    "kiosk base status",
    "kiosk base tickets my-event-2026 --to tickets.csv",
    "kiosk base load my-event-2026 tickets.csv",
    "kiosk base enrol gate-7",
    "kiosk base request 'VKE1 gate-7 ...' --to request.txt",
    "kiosk base sign request.txt --to answer.txt",
    "kiosk base accept answer.txt",
    "kiosk base revoke gate-7",
    "kiosk base conflicts my-event-2026",
    "kiosk base lanes my-event-2026",
    "kiosk base backup venue.backup",
    "kiosk base restore venue.backup",
)


def give_examples(app: typer.Typer, name: str = "kiosk") -> None:
    """Put each command's example below its help."""
    for command in app.registered_commands:
        full = f"{name} {command.name} "
        example = next((each for each in EXAMPLES if f"{each} ".startswith(full)), None)
        command.epilog = f"Example:\n\n{example}" if example else None
    for group in app.registered_groups:
        if group.typer_instance is not None:
            give_examples(group.typer_instance, f"{name} {group.name}")
