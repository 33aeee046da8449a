"""audit seal · audit verify: whether the audit trail is what it was."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from flask import current_app

from tms import seal_key
from tms.access import CONSOLE, bind
from tms.cli.support import REFUSED, as_json, command, show
from tms.db import db, writing
from tms.errors import Conflict, Message, message
from tms.i18n import say
from tms.records.seal_check import Finding, Report, Wrong
from tms.records.seal_check import verify as recompute
from tms.records.seals import heads, seal_now
from tms.seal_key import SealKeyError

NO_KEY = message(
    "封存密钥%(name)s缺失、不是封存时的那一把，或别人也能读取，无法核对；请从备份的密钥目录放回，权限0600。",
    name=seal_key.SEAL_FILE,
)
#: More places than these are counted, not listed; `--json` has them all.
LISTED = 50
WORDS: dict[Wrong, Message] = {
    Wrong.ALTERED: message("内容被改动"),
    Wrong.MOVED: message("被换了位置"),
    Wrong.DELETED: message("被删除"),
    Wrong.INSERTED: message("是后来插入的"),
    Wrong.SEAL_ALTERED: message("所在的封条被改动"),
    Wrong.SEAL_MISSING: message("之前的封条缺失"),
    Wrong.TRUNCATED: message("及以前的封条被截去"),
}


@command("seal")
@as_json
def seal(as_json: bool) -> None:
    """Seal what is not sealed yet (a worker does so every night)."""
    session = db.session()
    bind(session, CONSOLE)
    done = seal_now(session, current_app.config["TMS_DATA_DIR"])
    if as_json:
        show({"sealed": done})
    else:
        click.echo(f"已封存 {done} 条审计事件")


@command("verify")
@click.option(
    "--heads",
    "elsewhere",
    type=click.Path(exists=True, path_type=Path),
    help="A folder with seal.heads kept elsewhere, beside that of the data directory.",
)
@as_json
def verify(elsewhere: Path | None, as_json: bool) -> None:
    """Recompute the seals; ends with 1 and the places where something was altered.

    So it does where the triggers that keep the trail as it is are missing.
    """
    folder = current_app.config["TMS_DATA_DIR"]
    noted = heads(folder) + (heads(elsewhere) if elsewhere else [])
    with writing(False):
        bind(db.session(), CONSOLE)
        try:
            report = recompute(db.session(), seal_key.load(folder), noted)
        except SealKeyError as error:
            raise Conflict(NO_KEY) from error
        finally:
            db.session.rollback()
    (_as_json if as_json else _as_text)(report)
    sys.exit(0 if report.is_sound else REFUSED)


def _as_json(report: Report) -> None:
    show(
        {
            "sound": report.is_sound,
            "seals": report.seals,
            "events": report.events,
            "unsealed": report.unsealed,
            "findings": [finding.shown() for finding in report.findings],
            "missing_triggers": report.unguarded,
        }
    )


def _as_text(report: Report) -> None:
    for finding in report.findings[:LISTED]:
        click.echo(_sentence(finding), err=True)
    if len(report.findings) > LISTED:
        click.echo(f"…… 共 {len(report.findings)} 处", err=True)
    for name in report.unguarded:
        click.echo(f"触发器 {name} 缺失、停用或被改动：审计日志失去防改保护", err=True)
    verdict = "已被改动" if report.findings else "未见改动，但保护缺失"
    click.echo(
        f"{'完好' if report.is_sound else verdict}：{report.seals} 个封条，{report.events} 条事件，"
        f"另有 {report.unsealed} 条未封存"
    )


def _sentence(finding: Finding) -> str:
    other = f"（原为第 {finding.other} 条的内容）" if finding.other else ""
    return f"封条 {finding.seal}：第 {finding.event} 条事件{say(WORDS[finding.wrong])}{other}"


audit = click.Group("audit", help="The audit trail: seal it, and check the seals.")
audit.add_command(seal)
audit.add_command(verify)
COMMANDS = (audit,)
