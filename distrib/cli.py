"""The command line: thin commands; everything heavy is imported inside them, so that help answers at once."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from distrib.cli_options import (
    Commands,
    finding_line,
    finding_record,
    json_option,
    lang_option,
    quiet_option,
    scenario_option,
    stderr_progress,
)
from distrib.cli_territory import describe, import_, sites
from distrib.errors import ExitStatus
from distrib.version import __version__

if TYPE_CHECKING:
    from distrib.model.dataset import Dataset
    from distrib.model.plan import Plan
    from distrib.pipeline import PlannedWeek

EFFORTS = ("quick", "standard", "thorough")
EXPORTS = ("geojson", "gpkg", "excel-fr", "gpx", "vroom", "vrplib", "hxl", "datapackage")


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="distrib")
def main() -> None:
    """Weekly food-aid plans: who gets how many baskets, where, when, with what in them, brought by whom.

    Example: distrib init demo --example toy && distrib plan demo
    """


@main.command()
@click.argument("dataset", type=click.Path())
@scenario_option
@click.option("--previous", multiple=True, type=click.Path(), help="Last week's plan; of several, each its own week.")
@click.option(
    "--fix", "fixed", type=click.Path(), help="What is settled of sites' visits: a CSV like the table fixed_days."
)
@click.option("--out", type=click.Path(), help="Folder of the plan (default: plans/<dataset>-<week>/).")
@click.option("--effort", type=click.Choice(EFFORTS), default="standard", show_default=True, help="Work budget.")
@click.option("--seed", type=int, default=0, show_default=True, help="Breaks ties; same seed, same plan.")
@click.option(
    "--time-limit",
    type=click.FloatRange(min=1),
    help="Seconds, for a hurry: the best plan written by then; exit 2 when there is none.",
)
@lang_option
@json_option
@quiet_option
def plan(
    dataset: str,
    scenarios: tuple[str, ...],
    previous: tuple[str, ...],
    fixed: str | None,
    out: str | None,
    effort: str,
    seed: int,
    time_limit: float | None,
    lang: str | None,
    as_json: bool,
    quiet: bool,
) -> None:
    """Plan the week of DATASET (a folder of tables or a workbook) and check the plan.

    With --previous, stock and fairness go on from last week's plan.

    Example: distrib plan data/mamp-2020 --scenario scenarios/truck-out.yaml
    """
    from distrib.io.atomic import refuse_unwritable

    progress = stderr_progress(quiet)
    paths = tuple(scenarios)
    if out:
        refuse_unwritable(Path(out))
    options: dict[str, Any] = {"scenarios": paths, "effort": effort, "seed": seed, "language": lang}
    options |= {"previous": previous, "fixed": fixed, "progress": progress}
    if time_limit is not None:
        from distrib.hurry import write_in_a_hurry

        written = write_in_a_hurry(dataset, seconds=time_limit, out=out, **options)
        _report_written(written.report, Path(written.folder), as_json=as_json, quiet=quiet)
        return
    from distrib.io.plan_folder import default_plan_folder, write_plan_folder
    from distrib.pipeline import plan_week
    from distrib.stages import Stages

    planned = plan_week(dataset, **options)
    folder = Path(out) if out else default_plan_folder(dataset, planned.dataset, paths)
    stages = Stages(tell=progress)
    with stages.stage("write"):
        write_plan_folder(folder, planned.dataset, planned.plan, planned.indicators, run=planned.run)
    _report_plan(planned, folder, as_json=as_json, quiet=quiet)


def _report_plan(planned: PlannedWeek, folder: Path, *, as_json: bool, quiet: bool) -> None:
    from distrib.io.terminal import plan_summary

    report = plan_summary(planned.dataset, planned.plan, planned.indicators, folder)
    _report_written(report, folder, as_json=as_json, quiet=quiet)


def _report_written(report: str, folder: Path, *, as_json: bool, quiet: bool) -> None:
    if as_json:
        click.echo((folder / "summary.json").read_text(encoding="utf-8"), nl=False)
    elif not quiet:
        click.echo(report)


@main.command()
@click.argument("dataset", type=click.Path())
@scenario_option
@lang_option
@json_option
@quiet_option
def validate(dataset: str, scenarios: tuple[str, ...], lang: str | None, as_json: bool, quiet: bool) -> None:
    """Check the tables of DATASET: every fault and warning, with what to write.

    Example: distrib validate data/mamp-2020
    """
    from distrib import travel
    from distrib.io.reading import read_dataset
    from distrib.io.terminal import dataset_summary
    from distrib.io.validation import findings_after_resolution

    read, warnings = read_dataset(Path(dataset), scenarios=[Path(s) for s in scenarios], language=lang)
    resolved = travel.resolve(read)
    warnings = (*warnings, *findings_after_resolution(resolved))
    if as_json:
        click.echo(json.dumps([finding_record(f) for f in warnings], ensure_ascii=False, indent=1))
    elif not quiet:
        for finding in warnings:
            click.echo(finding_line(finding))
        click.echo(dataset_summary(resolved, len(warnings), lang))


@main.command()
@click.argument("plan_folder", metavar="PLAN", type=click.Path())
@click.option(
    "--from",
    "moment",
    required=True,
    type=click.DateTime(("%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d")),
    help="When it is: what happened before stays, what comes after is planned anew.",
)
@click.option(
    "--event",
    "events",
    multiple=True,
    help="'vehicle V03 out', 'site S041 shut' or 'farm F07 shut', from then on; with 'until 2020-04-24' (or 'until 2020-04-24 14:00') it is back then.",
)
@click.option(
    "--fix", "fixed", type=click.Path(), help="What is settled of the days to come: a CSV like the table fixed_days."
)
@click.option(
    "--out", type=click.Path(), help="Folder of the new plan (default: PLAN with the moment behind its name)."
)
@click.option("--effort", type=click.Choice(EFFORTS), default="standard", show_default=True, help="Work budget.")
@click.option("--seed", type=int, default=0, show_default=True, help="Breaks ties; same seed, same plan.")
@lang_option
@json_option
@quiet_option
def replan(
    plan_folder: str,
    moment: Any,
    events: tuple[str, ...],
    fixed: str | None,
    out: str | None,
    effort: str,
    seed: int,
    lang: str | None,
    as_json: bool,
    quiet: bool,
) -> None:
    """Plan the rest of the week of PLAN anew, as things stand at a moment, and check it all as one plan.

    Example: distrib replan plans/mamp-2020-2020-04-20 --from 2020-04-22T10:00 --event "vehicle V3 out"
    """
    from distrib.io.plan_folder import read_plan_folder, read_settled, refuse_unwritable, write_plan_folder
    from distrib.replanning import replan as run

    source = _folder_of_plan(plan_folder)
    folder = Path(out) if out else source.with_name(f"{source.resolve().name}-from-{moment:%Y-%m-%dT%H%M}")
    refuse_unwritable(folder)
    dataset, plan = read_plan_folder(Path(plan_folder), lang or "fr")
    settled = read_settled(Path(plan_folder), fixed, lang) if fixed else None
    work: dict[str, Any] = {"effort": effort, "seed": seed, "progress": stderr_progress(quiet)}
    planned = run(dataset, plan, moment=moment, events=events, settled=settled, **work)
    write_plan_folder(folder, planned.dataset, planned.plan, planned.indicators, run=planned.run)
    _report_plan(planned, folder, as_json=as_json, quiet=quiet)


@main.command()
@click.argument("plan_folder", metavar="PLAN", type=click.Path())
@click.option(
    "--tour", "tours", multiple=True, required=True, help="A vehicle and a day of it: 'V3 tue'; several allowed."
)
@lang_option
def fix(plan_folder: str, tours: tuple[str, ...], lang: str | None) -> None:
    """Write on stdout what keeps tours as PLAN has them, for --fix of `plan` and `replan`.

    Their sites stay on the day and the vehicle, at the time that counts as the same (`same_time_min`); other sites may come
    between, and baskets may change.

    Example: distrib fix plans/mamp-2020-2020-04-20 --tour "V3 tue" > settled.csv
    """
    from distrib.io.dataset_writing import fixed_days_csv
    from distrib.io.plan_folder import read_plan_folder
    from distrib.settling import settled_tours

    dataset, plan = read_plan_folder(Path(plan_folder), lang)
    click.echo(fixed_days_csv(settled_tours(dataset, plan, tours)), nl=False)


@main.command()
@click.argument("plan_folder", metavar="PLAN", type=click.Path())
@click.option("--retime", is_flag=True, help="Write the times, loads and tables that follow from edits by hand.")
@lang_option
@json_option
@quiet_option
def check(plan_folder: str, retime: bool, lang: str | None, as_json: bool, quiet: bool) -> None:
    """Prove every rule on PLAN, also after edits by hand; exit 1 when one is broken.

    Example: distrib check plans/mamp-2020-2020-04-20 --retime
    """
    from distrib import checker
    from distrib.io.plan_folder import read_plan_folder, write_plan_folder
    from distrib.io.terminal import check_summary

    dataset, plan = read_plan_folder(Path(plan_folder), lang)
    language = lang or dataset.settings.language
    breaches = checker.check(dataset, plan, language=language)
    remaining = None
    if retime or breaches:
        follows = checker.retime(dataset, plan)
        remaining = checker.check(dataset, follows, language=language)
        if retime:
            import dataclasses

            from distrib.indicators import indicators

            marked = {**dict(follows.provenance), "edited": "by hand, re-timed"}
            marked.pop("outputs_left_out", None)
            follows = dataclasses.replace(follows, provenance=tuple(sorted(marked.items())))
            write_plan_folder(Path(plan_folder), dataset, follows, indicators(dataset, follows), run=None)
            breaches, remaining = remaining, None
    if as_json:
        record = {"breaches": _breach_records(breaches)}
        record |= {} if remaining is None else {"after_retiming": _breach_records(remaining)}
        click.echo(json.dumps(record, ensure_ascii=False, indent=1))
    elif not quiet:
        click.echo(check_summary(breaches, remaining, language))
    if breaches:
        raise click.exceptions.Exit(ExitStatus.BREACH)


def _breach_records(breaches: tuple[Any, ...]) -> list[dict[str, str]]:
    return [{name: str(getattr(b, name)) for name in b.__dataclass_fields__} for b in breaches]


@main.command()
@click.argument("dataset", type=click.Path())
@click.option(
    "--roads", type=click.Path(), help="A road network: .osm.pbf, .osm, .osm.bz2, .graphml, .gpkg, edges .csv."
)
@click.option(
    "--download",
    metavar="PLACE",
    help="Download the roads of a place by its name, or `box`: around the dataset's places.",
)
@click.option("--overpass", metavar="URL", help="Server of OpenStreetMap data to download from.")
@click.option("--nominatim", metavar="URL", help="Server that finds places by name.")
@click.option(
    "--profile", type=click.Choice(("van", "truck")), help="One table, for vans or 12 t trucks (default: all classes)."
)
@click.option("--traffic", type=click.FloatRange(0.2, 5), help="Factor on every time (default: 1).")
@click.option("--out", type=click.Path(), help="Where to write the table (default: travel.csv in the dataset folder).")
@lang_option
@json_option
@quiet_option
def travel(
    dataset: str,
    roads: str | None,
    download: str | None,
    overpass: str | None,
    nominatim: str | None,
    profile: str | None,
    traffic: float | None,
    out: str | None,
    lang: str | None,
    as_json: bool,
    quiet: bool,
) -> None:
    """Write the travel tables of DATASET: seconds and metres between its sites, farms and depots.

    On a road network when one is given or lies in the dataset, by a service when its settings name one, else estimated.
    Vehicles over 3,500 kg get tables of their own on roads (travel_heavy.csv). A record of what the tables were made
    from is written beside them (travel.json).

    Example: distrib travel data/toy --out travel.csv
    """
    from distrib.travel_tables import Request, write_travel_tables

    request = Request(
        dataset=Path(dataset),
        roads=Path(roads) if roads else None,
        profile=profile,
        traffic=traffic,
        out=Path(out) if out else None,
        download=download,
        overpass=overpass,
        nominatim=nominatim,
    )
    written = write_travel_tables(request, lang, stderr_progress(quiet or as_json))
    if as_json:
        summary = {
            "files": [str(file) for file in written.files],
            "places": written.places,
            "source": written.source,
            "notes": [finding_record(finding) for finding in written.findings],
        }
        click.echo(json.dumps(summary, ensure_ascii=False))
    elif not quiet:
        for finding in written.findings:
            click.echo(finding_line(finding))
        for file in written.files:
            heavy = ", over 3,500 kg" if file.name.startswith("travel_heavy") else ""
            click.echo(
                f"{file}: {written.places} places, {written.source.removesuffix(', van') if heavy else written.source}{heavy}"
            )


@main.command(name="map")
@click.argument("plan_folder", metavar="PLAN", type=click.Path())
@click.option("--out", type=click.Path(), help="Where to write the map (default: map.html in the plan folder).")
@click.option("--tiles", metavar="URL", help="Offer an online background: address of tiles with {z}, {x} and {y}.")
@click.option("--tiles-credit", default="", help="Whom to credit for the tiles.")
@lang_option
@json_option
@quiet_option
def map_(
    plan_folder: str,
    out: str | None,
    tiles: str | None,
    tiles_credit: str,
    lang: str | None,
    as_json: bool,
    quiet: bool,
) -> None:
    """Draw the map of PLAN, also of one edited by hand: one page that opens without network.

    An online background is an extra that a reader switches on; where it does not come the simple one stays.

    Example: distrib map plans/mamp-2020-2020-04-20
    """
    from distrib.indicators import indicators
    from distrib.io.map import Tiles, map_html
    from distrib.io.plan_folder import read_plan_folder, write_file

    dataset, plan = read_plan_folder(Path(plan_folder), lang)
    target = Path(out) if out else Path(plan_folder) / "map.html"
    page = map_html(
        dataset,
        plan,
        indicators(dataset, plan),
        lang or dataset.settings.language,
        tiles=Tiles(url=tiles, credit=tiles_credit) if tiles else None,
    )
    write_file(target, page.encode("utf-8"))
    if as_json:
        click.echo(json.dumps({"file": str(target)}))
    elif not quiet:
        click.echo(str(target))


@main.command()
@click.argument("plan_folder", metavar="PLAN", type=click.Path())
@click.option("--out", type=click.Path(), help="Where to write them (default: the plan folder).")
@lang_option
@json_option
@quiet_option
def sheets(plan_folder: str, out: str | None, lang: str | None, as_json: bool, quiet: bool) -> None:
    """Make the papers of PLAN, also of one edited by hand: driver sheets, notices (PDF and text), GPX by tour.

    Example: distrib sheets plans/mamp-2020-2020-04-20 --out to-print
    """
    from distrib.io.export import export_sheets
    from distrib.io.plan_folder import read_plan_folder

    dataset, plan = read_plan_folder(Path(plan_folder), lang)
    target = Path(out) if out else _folder_of_plan(plan_folder)
    files = export_sheets(target, dataset, plan, lang or dataset.settings.language)
    _report_files(files, as_json=as_json, quiet=quiet)


@main.command()
@click.argument("plan_folder", metavar="PLAN", type=click.Path())
@click.option("--format", "kind", type=click.Choice(EXPORTS), required=True, help="What to write.")
@click.option("--out", required=True, type=click.Path(), help="Folder of the files; made when it is not there.")
@lang_option
@json_option
@quiet_option
def export(plan_folder: str, kind: str, out: str, lang: str | None, as_json: bool, quiet: bool) -> None:
    """Write PLAN for other tools, also one edited by hand.

    GeoJSON or GeoPackage, CSV for a French Excel, GPX, the problem and solution of each day for VROOM and in
    VRPLIB, tables with HXL tags, or a data package.

    Example: distrib export plans/mamp-2020-2020-04-20 --format geojson --out layers
    """
    from distrib.io.export import export_plan
    from distrib.io.plan_folder import read_plan_folder

    dataset, plan = read_plan_folder(Path(plan_folder), lang)
    files = export_plan(Path(out), dataset, plan, kind, lang or dataset.settings.language)
    _report_files(files, as_json=as_json, quiet=quiet)


def _folder_of_plan(path: str) -> Path:
    """Return the plan folder; for the workbook in one, its folder."""
    return Path(path).parent if Path(path).suffix == ".xlsx" else Path(path)


def _report_files(files: tuple[Path, ...], *, as_json: bool, quiet: bool) -> None:
    if as_json:
        click.echo(json.dumps({"files": [str(file) for file in files]}, ensure_ascii=False))
    elif not quiet:
        for file in files:
            click.echo(str(file))


@main.command()
@click.argument("scenarios", nargs=-1, type=click.Path())
@click.option("--dataset", default="data/mamp-2020", show_default=True, type=click.Path(), help="What they change.")
@click.option("--out", required=True, type=click.Path(), help="Folder of the plans and of the comparison.")
@click.option("--weeks", type=click.IntRange(1, 53), help="Plan so many weeks in a row, each going on from the last.")
@click.option(
    "--in-week",
    "in_week",
    multiple=True,
    type=(click.IntRange(min=1), click.Path()),
    metavar="N FILE",
    help="With --weeks: a scenario file for week N alone.",
)
@click.option("--workers", type=click.IntRange(min=1), help="Plans side by side (default: one per core).")
@click.option("--cluster", help="Address of a dask scheduler (needs the extra 'cluster').")
@click.option("--effort", type=click.Choice(EFFORTS), default="standard", show_default=True, help="Work budget.")
@click.option("--seed", type=int, default=0, show_default=True, help="Breaks ties.")
@json_option
@quiet_option
def replay(
    scenarios: tuple[str, ...],
    dataset: str,
    out: str,
    weeks: int | None,
    in_week: tuple[tuple[int, str], ...],
    workers: int | None,
    cluster: str | None,
    effort: str,
    seed: int,
    as_json: bool,
    quiet: bool,
) -> None:
    """Plan a dataset as it is and under each SCENARIO, side by side; what is done already is kept.

    With --weeks, a chain of weeks each: week_start and the dates of lots move on by a week, stock and fairness go on
    from the plan of the week before; OUT/month holds coverage over all weeks and the indicators of each.

    Example: distrib replay scenarios/*.yaml --out replays

    Example: distrib replay --weeks 4 --in-week 2 scenarios/strawberry-glut.yaml --out month
    """
    from distrib.io.terminal import comparison_table, weeks_table
    from distrib.replay import MonthReplay, Replay, replay_weeks
    from distrib.replay import replay as run

    if in_week and weeks is None:
        raise click.UsageError("--in-week needs --weeks")
    if not scenarios and weeks is None:
        raise click.UsageError("name one SCENARIO at least, or --weeks")
    options: dict[str, Any] = {"out": out, "workers": workers, "cluster": cluster, "effort": effort, "seed": seed}
    options["progress"] = stderr_progress(quiet)
    result: Replay | MonthReplay
    if weeks is None:
        result = run(dataset, scenarios, **options)
    else:
        result = replay_weeks(dataset, scenarios, weeks=weeks, in_week=in_week, **options)
    if as_json:
        click.echo(json.dumps(result.records(), ensure_ascii=False, indent=1, default=str))
    elif not quiet:
        if isinstance(result, Replay):
            click.echo(comparison_table(result.comparison, result.comparison.language))
        else:
            click.echo(weeks_table(result.months.weeks))
    if result.failures:
        for name, _, message in result.failures:
            click.echo(f"{name}: {message}", err=True)
        raise click.exceptions.Exit(max(status for _, status, _ in result.failures))


@main.command()
@click.argument("plans", metavar="PLAN PLAN...", nargs=-1, required=True, type=click.Path())
@click.option("--csv", "csv_folder", type=click.Path(), help="Folder for indicators.csv and changes.csv.")
@click.option("--html", "html_file", type=click.Path(), help="File for a report with maps, charts and tables.")
@click.option(
    "--frontier",
    "frontier_folder",
    type=click.Path(),
    help="With --html: folder of the first plan's price of fairness (explain --frontier --out); made there if it is not.",
)
@lang_option
@json_option
@quiet_option
def compare(
    plans: tuple[str, ...],
    csv_folder: str | None,
    html_file: str | None,
    frontier_folder: str | None,
    lang: str | None,
    as_json: bool,
    quiet: bool,
) -> None:
    """Compare plans with the first one: indicators, and which neighbourhoods, sites and vehicles change.

    The report also draws what one indicator costs another, and with --frontier the price of fairness of the first plan.

    Example: distrib compare replays/base replays/truck-out --html report.html
    """
    from distrib.io.terminal import comparison_table
    from distrib.replay import compare as run

    if len(plans) < 2:
        raise click.UsageError("give at least two plan folders")
    if frontier_folder and not html_file:
        raise click.UsageError("--frontier needs --html")
    comparison = run(plans)
    if csv_folder:
        comparison.write_csv(Path(csv_folder))
    if html_file:
        _write_comparison(comparison, plans, Path(html_file), lang, frontier_folder, stderr_progress(quiet or as_json))
    if as_json:
        click.echo(json.dumps(comparison.records(), ensure_ascii=False, indent=1, default=str))
    elif not quiet:
        click.echo(comparison_table(comparison, lang or comparison.language))


def _write_comparison(
    comparison: Any,
    plans: tuple[str, ...],
    target: Path,
    lang: str | None,
    frontier_folder: str | None,
    progress: Callable[[str], None] | None,
) -> None:
    from distrib.io.export_comparison import comparison_html
    from distrib.io.plan_folder import read_plan_folder, write_file

    read = [read_plan_folder(Path(plan)) for plan in plans]
    datasets = [dataset for dataset, _ in read]
    language = lang or datasets[0].settings.language
    price = []
    if frontier_folder:
        from distrib.frontier import frontier_in

        price = frontier_in(
            Path(frontier_folder),
            *read[0],
            name=comparison.names[0],
            language=language,
            plan_folder=_folder_of_plan(plans[0]),
            progress=progress,
        )
    page = comparison_html(comparison, datasets, language, price=price)
    target.parent.mkdir(parents=True, exist_ok=True)
    write_file(target, page.encode("utf-8"))


@main.command()
@click.argument("plan_folder", metavar="PLAN", type=click.Path())
@click.option("--neighbourhood", help="Only this neighbourhood, with what would raise it.")
@click.option("--site", help="Only this site.")
@click.option("--frontier", "price", is_flag=True, help="The price of fairness: the week planned again at tolerances.")
@click.option("--out", type=click.Path(), help="With --frontier: folder for frontier.csv, .svg and .png.")
@click.option(
    "--effort", type=click.Choice(EFFORTS), default="quick", show_default=True, help="Of each plan made again."
)
@lang_option
@json_option
@quiet_option
def explain(
    plan_folder: str,
    neighbourhood: str | None,
    site: str | None,
    price: bool,
    out: str | None,
    effort: str,
    lang: str | None,
    as_json: bool,
    quiet: bool,
) -> None:
    """Say why a neighbourhood or a site got what it got, and what would change it.

    For one neighbourhood every limit is lifted in turn and the week solved again; then changes are tried, the cheapest
    first, each with its effect and who loses by it. --frontier plans the week again at several tolerances of fairness.

    Example: distrib explain plans/mamp-2020-2020-04-20 --neighbourhood QP013012
    """
    from distrib.io.plan_folder import read_plan_folder

    if price and (neighbourhood or site):
        raise click.UsageError("--frontier is about the whole plan: leave out --neighbourhood and --site")
    if out and not price:
        raise click.UsageError("--out needs --frontier")
    dataset, plan = read_plan_folder(Path(plan_folder), lang)
    if price:
        _explain_frontier(dataset, plan, plan_folder, out=out, effort=effort, lang=lang, as_json=as_json, quiet=quiet)
        return
    from distrib.explanation import explanation

    found = explanation(dataset, plan, neighbourhood=neighbourhood, site=site, language=lang)
    if as_json:
        click.echo(json.dumps(found.record, ensure_ascii=False, indent=1, default=str))
    elif not quiet:
        click.echo(found.text)


def _explain_frontier(
    dataset: Dataset,
    plan: Plan,
    plan_folder: str,
    *,
    out: str | None,
    effort: str,
    lang: str | None,
    as_json: bool,
    quiet: bool,
) -> None:
    from distrib.frontier import frontier

    if out:
        Path(out).mkdir(parents=True, exist_ok=True)
    found = frontier(
        dataset,
        plan,
        effort=effort,
        language=lang,
        folder=_folder_of_plan(plan_folder),
        progress=stderr_progress(quiet or as_json),
    )
    files = found.write(Path(out), lang or dataset.settings.language) if out else ()
    if as_json:
        record = {"points": found.records(), "files": [str(file) for file in files]}
        click.echo(json.dumps(record, ensure_ascii=False, indent=1, default=str))
    elif not quiet:
        click.echo(found.text)
        for file in files:
            click.echo(str(file))


@main.command()
@click.argument("folder", type=click.Path())
@click.option("--example", help="Fill it with an example: toy or mamp-2020.")
@json_option
@quiet_option
def init(folder: str, example: str | None, as_json: bool, quiet: bool) -> None:
    """Make a dataset FOLDER: empty tables with headers and explained settings, or a filled example.

    Example: distrib init demo --example toy
    """
    from distrib.io.examples import copy_example
    from distrib.io.template import write_template

    if example:
        copy_example(example, Path(folder))
    else:
        write_template(Path(folder))
    if as_json:
        click.echo(json.dumps({"folder": folder}))
    elif not quiet:
        click.echo(folder)


for command in (import_, sites, describe):
    main.add_command(command)


if __name__ == "__main__":
    sys.exit(main())
