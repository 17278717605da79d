"""Write the documents that follow from the code: tables, rules, commands. Run after a change of any of them."""

from __future__ import annotations

from pathlib import Path

import click

from distrib import checker
from distrib.cli import main
from distrib.io.plan_tables import DERIVED, TABLES
from distrib.io.schema import TABLES as INPUT_TABLES
from distrib.io.schema import described_columns
from distrib.io.schema_settings import described_settings

HERE = Path(__file__).resolve().parent


def _row(*cells: object) -> str:
    return "| " + " | ".join(str(cell).replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"


def tables() -> str:
    """Return docs/tables.md: every table and column of a dataset, every setting, every table of a plan."""
    lines = ["# Tables", "", "Generated from the code by `docs/generate.py`.", "", "## A dataset", ""]
    lines += [
        "A folder of CSV files (UTF-8; `,` or `;`; decimal point or comma) or one `.xlsx` workbook with a sheet per table,",
        "and `dataset.yaml` with the settings. A `?` marks what may be left out.",
    ]
    table = ""
    for column in described_columns():
        if column.table != table:
            table = column.table
            lines += ["", f"### `{table}`{'' if not INPUT_TABLES[column.table].may_be_absent else ' ?'}", ""]
            lines += [_row("column", "type", "unit", "default", "meaning"), _row(*["---"] * 5)]
        name = f"`{column.column}`{' ?' if column.optional else ''}"
        lines.append(_row(name, column.type, column.unit, column.default, column.meaning))
    lines += [
        "",
        "### Settings: `dataset.yaml`",
        "",
        _row("key", "type", "unit", "default", "meaning"),
        _row(*["---"] * 5),
    ]
    for setting in described_settings():
        name = f"`{setting.key}`{' ?' if setting.optional else ''}"
        lines.append(_row(name, setting.type, setting.unit, setting.default, setting.meaning))
    lines += ["", "## A plan", "", "CSV: UTF-8, comma, decimal point, LF, rows in a fixed order.", ""]
    lines += [_row("table", "columns"), _row("---", "---")]
    for plan_table in (*TABLES, *DERIVED):
        lines.append(_row(f"`{plan_table.file_name}`", ", ".join(column.name for column in plan_table.columns)))
    return "\n".join(lines) + "\n"


def rules() -> str:
    """Return docs/rules.md: every rule the checker proves, by code."""
    lines = [
        "# Rules",
        "",
        "Generated from the checker by `docs/generate.py`. `distrib check PLAN` proves each of them.",
        "",
    ]
    lines += [_row("code", "rule", "in detail"), _row("---", "---", "---")]
    lines += [_row(*rule) for rule in checker.rules()]
    return "\n".join(lines) + "\n"


def commands() -> str:
    """Return docs/commands.md: the help of every command."""
    lines = ["# Commands", "", "Generated from the program by `docs/generate.py`.", ""]
    lines += [
        "Exit status: 0 good · 1 a plan given to `check` breaks a rule · 2 bad input or usage, or no plan within the time limit · 3 there is need but",
        "no plan can deliver one basket.",
        "",
    ]
    with click.Context(main, info_name="distrib", **main.context_settings) as parent:
        lines += [line for name in sorted(main.commands) for line in _help(main.commands[name], name, parent)]
    return "\n".join(lines)


def _help(command: click.Command, name: str, parent: click.Context) -> list[str]:
    """Return the help of a command, then of its subcommands."""
    context = click.Context(command, info_name=name, parent=parent, max_content_width=100, terminal_width=100)
    lines = [f"## {context.command_path}", "", "```", command.get_help(context), "```", ""]
    subcommands = command.commands if isinstance(command, click.Group) else {}
    return lines + [line for sub in sorted(subcommands) for line in _help(subcommands[sub], sub, context)]


DOCUMENTS = {"tables.md": tables, "rules.md": rules, "commands.md": commands}

if __name__ == "__main__":
    for name, make in DOCUMENTS.items():
        (HERE / name).write_text(make(), encoding="utf-8")
