"""import · export · trace: the same pipelines as the pages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from tms.access import CONSOLE, bind
from tms.cli.imports import take
from tms.cli.support import REFUSED, as_json, as_user, command, refuse, show, user
from tms.db import db
from tms.errors import NotFound, message
from tms.exchange import export_table
from tms.exchange.how import CODES
from tms.exchange.imports import targets
from tms.exchange.stamp import number_of
from tms.exchange.trace import find_export, number_in, told
from tms.exchange.write import WRITERS
from tms.models import TABLES
from tms.records.audit import new_act_id
from tms.records.export_limits import Denied, note_denied

TARGETS = ["unit", "teacher", *TABLES]
IMPORTED = [*TARGETS, *(key for key in targets() if key not in TARGETS)]


@command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--into", type=click.Choice(IMPORTED), help="Without it the headers decide.")
@as_user
@click.option("--dry-run", is_flag=True, help="Everything but writing.")
@as_json
@click.option("--mode", type=click.Choice(["append", "update", "replace"]), default="update")
@click.option("--keep", type=click.Choice(["person", "row", "file"]), default="person")
@click.option("--incomplete", type=click.Choice(["refuse", "draft"]), default="refuse")
@click.option("--refused", "refused_to", type=click.Path(path_type=Path), help="Refused rows.")
@click.pass_context
def import_(
    context: click.Context,
    /,
    file: Path,
    username: str,
    as_json: bool,
    refused_to: Path | None,
    **options: Any,
) -> None:
    """Take the rows of a spreadsheet; refused cells are named with row, column and reason."""
    with user(username) as actor:
        result = take(actor, file, **options)
    if refused_to and result.refused:
        result.write_refused(refused_to)
    show(result.as_json()) if as_json else _tell(result)
    if result.refused and result.refused == result.rows:
        context.exit(REFUSED)


def _tell(result: Any) -> None:
    data = result.as_json()
    click.echo(
        f"{data['rows']} 行：新增 {data['new']}，变更 {data['changed']}，"
        f"未变 {data['unchanged']}，拒收 {data['refused']}"
    )
    for problem in data["problems"]:
        place = f"{problem['sheet']} 第{problem['row']}行 {problem['column']}"
        click.echo(f"{place}: {problem['value']} {problem['reason']}", err=True)


@command("export")
@click.argument("table", type=click.Choice(TARGETS))
@as_user
@click.option("--where", multiple=True, metavar="KEY=VALUE")
@click.option("--format", "fmt", type=click.Choice(list(WRITERS)), default="csv")
@click.option("--codes", type=click.Choice(CODES), default="code-label", help="What codes show.")
@click.option("--for-editing", is_flag=True, help="With hidden row numbers and versions.")
@click.option("--unmask", "purpose", default="", metavar="PURPOSE", help="Numbers in full.")
@click.option("-o", "out", type=click.Path(dir_okay=False, path_type=Path), required=True)
def export(
    table: str, username: str, where: tuple[str, ...], fmt: str, out: Path, **how: Any
) -> None:
    """What that user may see, and nothing more."""
    pairs = [condition.partition("=") for condition in where]
    if any(not sep for _, sep, _ in pairs):
        raise click.BadParameter("KEY=VALUE", param_hint="--where")
    if not out.parent.is_dir():
        refuse(f"没有文件夹 {out.parent}。")
    act_id = new_act_id()
    with user(username) as actor:
        wanted = {key: value for key, _, value in pairs}
        how |= {"where": wanted, "act_id": act_id}
        try:
            rows = export_table(db.session(), actor, table, out, fmt=fmt, **how)
        except Denied as denied:
            db.session.rollback()
            note_denied(db.session(), actor, denied)
            db.session.commit()
            raise
    click.echo(f"{rows} 行 → {out}（导出编号 {number_of(act_id)}）", err=True)


@command("trace")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@as_json
def trace(file: Path, as_json: bool) -> None:
    """Who exported a file: by the number in its properties, else in its name."""
    with file.open("rb") as content:
        number = number_in(content, file.name)
    if number is None:
        raise NotFound(message("文件里和文件名里都没有导出编号。"))
    session = db.session()
    bind(session, CONSOLE)
    found = told(session, find_export(session, number))
    if as_json:
        show(found)
        return
    for key, value in found.items():
        click.echo(f"{key}: {value}")


COMMANDS = (import_, export, trace)
