"""dictionary · validate: what is declared, and records judged by it. Neither needs a database."""

from __future__ import annotations

import json
from pathlib import Path

import click

from tms.cli.support import as_json, command, show
from tms.dictionary import Category
from tms.dictionary.describe import describe
from tms.dictionary.judge import judge_lines
from tms.models import SECTIONS, TABLES


@command("dictionary", needs_schema=False)
@as_json
def dictionary(as_json: bool) -> None:
    """Sections, tables and fields as declared."""
    if as_json:
        show(describe())
        return
    for section in SECTIONS:
        click.echo(f"{section.no:>2} {section.zh} {section.en}")
        for table in section.tables:
            click.echo(f"   {table.key} {table.zh}: {len(table.fields)}")


@command("validate", needs_schema=False)
@click.argument("table", type=click.Choice(list(TABLES)))
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--category", type=click.Choice([str(c) for c in Category]), required=True)
@as_json
def validate(table: str, file: Path, category: str, as_json: bool) -> None:
    """Findings for each record of a JSON-lines file, each line judged alone."""
    with file.open(encoding="utf-8-sig") as lines:
        for judged in judge_lines(table, Category(category), lines):
            if as_json:
                click.echo(json.dumps(judged, ensure_ascii=False))
                continue
            for finding in judged["findings"]:
                place = finding["field"] or "-"
                text = f"{finding['rule']} [{finding['severity']}] {finding['message']}"
                click.echo(f"{judged['line']}: {place} {text}")


COMMANDS = (dictionary, validate)
