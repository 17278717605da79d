"""What the commands of the command line share: options, progress, and how faults of the user are told."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

import click

from distrib.errors import BadInputError, DistribError, ExitStatus, Finding

LANGUAGES = ("fr", "en")


class Commands(click.Group):
    """Turns the errors meant for users into their exit status and one clear line each."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; a fault of the user never shows a traceback."""
        try:
            return super().invoke(ctx)
        except BadInputError as error:
            print_findings(error.findings, as_json=bool(ctx.meta.get("json")))
            raise click.exceptions.Exit(ExitStatus.BAD_INPUT) from None
        except DistribError as error:
            click.echo(str(error), err=True)
            raise click.exceptions.Exit(error.status) from None
        except OSError as error:
            click.echo(f"{error.filename or ''}: {error.strerror or error}", err=True)
            raise click.exceptions.Exit(ExitStatus.BAD_INPUT) from None


def print_findings(findings: tuple[Finding, ...], *, as_json: bool) -> None:
    """Print findings, one line each, on stderr, and as records on stdout where JSON is asked for."""
    if as_json:
        click.echo(json.dumps([finding_record(f) for f in findings], ensure_ascii=False, indent=1))
    for finding in findings:
        click.echo(finding_line(finding), err=True)


def finding_record(finding: Finding) -> dict[str, object]:
    """Return a finding as a record for JSON."""
    return {name: getattr(finding, name) for name in Finding.__dataclass_fields__}


def finding_line(finding: Finding) -> str:
    """Return one line, ``table:line, column:`` first, which reads the same in every language."""
    place = finding.table if finding.line is None else f"{finding.table}:{finding.line}"
    column = f", {finding.column}" if finding.column else ""
    shown = finding.value is not None and finding.value not in finding.message
    value = f" « {finding.value} »" if shown else ""
    return f"{place}{column}:{value} {finding.message} → {finding.remedy} [{finding.code}]"


def _remember_json(ctx: click.Context, _param: click.Parameter, value: bool) -> bool:
    ctx.meta["json"] = value
    return value


json_option = click.option("--json", "as_json", is_flag=True, callback=_remember_json, help="Report as JSON on stdout.")
quiet_option = click.option("--quiet", is_flag=True, help="No progress and no summary.")
lang_option = click.option("--lang", type=click.Choice(LANGUAGES), help="Language of people's outputs and messages.")
scenario_option = click.option(
    "--scenario", "scenarios", multiple=True, type=click.Path(), help="A scenario file; several are applied in order."
)


def stderr_progress(quiet: bool) -> Callable[[str], None] | None:
    """Return what tells the name of each stage on stderr with the seconds so far; None when nothing is to be told."""
    if quiet:
        return None
    start = time.perf_counter()

    def tell(stage: str) -> None:
        click.echo(f"[{time.perf_counter() - start:6.1f} s] {stage}", err=True)

    return tell
