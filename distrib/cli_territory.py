"""Commands for a territory before any plan: reading public files, choosing sites, describing need."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from distrib.cli_options import json_option, lang_option, quiet_option, scenario_option, stderr_progress


@click.group(name="import")
def import_() -> None:
    """Read the public files of a territory into a dataset: outlines, cells of need, candidate sites.

    In this order: distrib import qpv, distrib import grid, distrib import places, then distrib sites.

    Example: distrib import qpv QP2015.shp --dataset my-city --communes Marseille
    """


def _import_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add the argument and the options that every import shares."""
    options = (
        click.argument("file", type=click.Path()),
        click.option("--dataset", required=True, type=click.Path(), help="Dataset folder; made when it is not there."),
        click.option("--columns", multiple=True, help="Columns of the file: target=NAME,target=NAME."),
        click.option("--set", "values", multiple=True, help="Values for all rows: target=value,target=value."),
        click.option(
            "--mapping", default="", type=click.Path(), help="Mapping file: columns and values as saved before."
        ),
        click.option(
            "--save-mapping", default="", type=click.Path(), help="Save columns and values for the next time."
        ),
        click.option("--crs", default="", help="Coordinate system, e.g. EPSG:2154 (default: what the file says)."),
        click.option("--encoding", default="", help="Encoding of texts (default: UTF-8, else latin-1)."),
        click.option("--layer", default="", help="Layer of a file that has several."),
        click.option("--preview", is_flag=True, help="Report and show the first rows; write nothing."),
        click.option("--replace", is_flag=True, help="Write over tables that hold rows already."),
        lang_option,
        json_option,
        quiet_option,
    )
    for option in reversed(options):
        command = option(command)
    return command


_communes_option = click.option(
    "--communes", multiple=True, help="Only these communes, by name or code, separated by commas (or a file of them)."
)
_boundary_option = click.option("--boundary", default="", type=click.Path(), help="Only inside the areas of this file.")


def _report_import(imported: Any, *, as_json: bool, quiet: bool, preview: bool) -> None:
    if as_json:
        record = {"report": imported.report.records(), "preview": imported.preview}
        click.echo(json.dumps(record, ensure_ascii=False, indent=1))
    elif not quiet:
        for line in imported.report.lines():
            click.echo(line)
        for name, lines in imported.preview.items() if preview else ():
            click.echo("\n".join([f"{name}:", *(f"  {line}" for line in lines)]))


def _import_request(file: str, dataset: str, given: dict[str, Any]) -> Any:
    from distrib.io.importing.run import Request

    return Request(file=Path(file), dataset=Path(dataset), language=given.pop("lang") or "fr", **given)


@import_.command(name="qpv")
@_import_options
@_communes_option
@_boundary_option
@click.option("--attributes", default="", type=click.Path(), help="CSV of population or poverty rate by code.")
@click.option("--cut", is_flag=True, help="Cut outlines at the boundary (default: kept whole).")
def import_qpv(file: str, dataset: str, attributes: str, cut: bool, as_json: bool, quiet: bool, **given: Any) -> None:
    """Read official outlines of priority neighbourhoods (QPV 2015 or 2024) from FILE into neighbourhoods.

    Example: distrib import qpv QP2015.shp --dataset my-city --boundary communes.geojson
    """
    from distrib.io.importing.run import run_qpv

    imported = run_qpv(_import_request(file, dataset, given), attributes=attributes, cut=cut)
    _report_import(imported, as_json=as_json, quiet=quiet, preview=given["preview"])


@import_.command(name="grid")
@_import_options
@click.option(
    "--zone-people", type=click.IntRange(min=1), default=3000, show_default=True, help="Most people of a zone."
)
@click.option(
    "--need-pct", type=click.FloatRange(0, 100), default=100, show_default=True, help="Poor households in need, in %."
)
@click.option(
    "--household-size",
    type=click.FloatRange(min=1),
    default=2.3,
    show_default=True,
    help="When cells count people only.",
)
@click.option(
    "--sizes", default="36,27,15,12,6,4", show_default=True, help="Weights of households of 1, 2, … 6 or more persons."
)
def import_grid(
    file: str,
    dataset: str,
    zone_people: int,
    need_pct: float,
    household_size: float,
    sizes: str,
    as_json: bool,
    quiet: bool,
    **given: Any,
) -> None:
    """Read INSEE cells of 200 m (people, poor households) from FILE into zones and households.

    Example: distrib import grid carreaux_200m.gpkg --dataset my-city --need-pct 17
    """
    from distrib.io.importing.grid import GridChoices
    from distrib.io.importing.run import run_grid

    weights = sizes.split(",")
    if len(weights) != 6 or not all(w.strip().isdecimal() for w in weights) or not any(int(w) for w in weights):
        raise click.UsageError("--sizes: write six whole numbers separated by commas, not all 0")
    choices = GridChoices(
        most_people=zone_people,
        need_bp=round(need_pct * 100),
        sizes=tuple(int(w) for w in weights),
        household_size_milli=round(household_size * 1000),
    )
    imported = run_grid(_import_request(file, dataset, given), choices)
    _report_import(imported, as_json=as_json, quiet=quiet, preview=given["preview"])


@import_.command(name="places")
@_import_options
@_communes_option
@_boundary_option
@click.option("--within-m", type=click.IntRange(min=0), help="Farthest from a neighbourhood (default: any distance).")
@click.option(
    "--same-within-m",
    type=click.IntRange(min=0),
    default=50,
    show_default=True,
    help="Alike places this near are one (0: none are).",
)
def import_places(
    file: str, dataset: str, within_m: int | None, same_within_m: int, as_json: bool, quiet: bool, **given: Any
) -> None:
    """Read candidate sites (schools, social centres, town buildings) from FILE into imports/candidates.csv.

    Example: distrib import places schools.csv --dataset my-city --columns name=nom,lon=X,lat=Y --set kind=school
    """
    from distrib.io.importing.places import PlaceChoices
    from distrib.io.importing.run import run_places

    choices = PlaceChoices(within_m=within_m, same_within_m=same_within_m)
    imported = run_places(_import_request(file, dataset, given), choices)
    _report_import(imported, as_json=as_json, quiet=quiet, preview=given["preview"])


@click.command()
@click.argument("dataset", type=click.Path())
@click.option("--open", "opened", type=click.IntRange(min=1), required=True, help="How many sites to open.")
@click.option("--out", type=click.Path(), help="Folder of the choice (default: sites/<dataset>-<N>/).")
@click.option("--candidates", type=click.Path(), help="Candidates (default: imports/candidates.csv, else the sites).")
@click.option("--fix", multiple=True, help="Ids that must be open, separated by commas.")
@click.option("--forbid", multiple=True, help="Ids that must not be open, separated by commas.")
@click.option("--keep-sites", is_flag=True, help="The dataset's own sites stay open, beside new ones.")
@click.option("--robust", is_flag=True, help="Still covered whichever one site closes, where candidates allow.")
@click.option("--curve", help="Numbers of sites for the curve, e.g. 80,120,180; none for no curve.")
@click.option("--apply", "apply_", is_flag=True, help="Also write the sites and hours into the dataset.")
@lang_option
@json_option
@quiet_option
def sites(
    dataset: str,
    opened: int,
    out: str | None,
    candidates: str | None,
    fix: tuple[str, ...],
    forbid: tuple[str, ...],
    keep_sites: bool,
    robust: bool,
    curve: str | None,
    apply_: bool,
    lang: str | None,
    as_json: bool,
    quiet: bool,
) -> None:
    """Choose which candidate sites of DATASET to open: need covered, then least walk, then few truck stops.

    Example: distrib sites my-city --open 130 --curve 100,130,180 --apply
    """
    from distrib.siting import choose_sites
    from distrib.siting_report import apply_choice, choice_text, summary, write_choice

    chosen = choose_sites(
        Path(dataset),
        opened,
        candidates_file=Path(candidates) if candidates else None,
        fixed=_listed(fix),
        forbidden=_listed(forbid),
        keep_sites=keep_sites,
        robust=robust,
        curve=_curve_numbers(curve),
        language=lang,
        progress=stderr_progress(quiet),
    )
    language = lang or chosen.dataset.settings.language
    folder = Path(out) if out else Path("sites") / f"{Path(dataset).resolve().name}-{opened}"
    write_choice(chosen, folder, language)
    if apply_:
        apply_choice(chosen, Path(dataset))
    if as_json:
        click.echo(json.dumps(summary(chosen), ensure_ascii=False, indent=1))
    elif not quiet:
        click.echo(choice_text(chosen, language))
        click.echo(f"  {folder}")


def _listed(texts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(part.strip() for text in texts for part in text.split(",") if part.strip())


def _curve_numbers(text: str | None) -> tuple[int, ...] | None:
    if text is None or text == "none":
        return None if text is None else ()
    parts = [part.strip() for part in text.split(",")]
    if not all(part.isdecimal() and part.isascii() and int(part) > 0 for part in parts):
        raise click.UsageError("--curve: write numbers of sites separated by commas, or none")
    return tuple(int(part) for part in parts)


@click.command()
@click.argument("dataset", type=click.Path())
@scenario_option
@click.option("--out", type=click.Path(), help="Folder for the tables (CSV) and the map.")
@lang_option
@json_option
@quiet_option
def describe(
    dataset: str, scenarios: tuple[str, ...], out: str | None, lang: str | None, as_json: bool, quiet: bool
) -> None:
    """Say what DATASET holds before planning: need, walks, and sites, produce and transport set against need.

    Example: distrib describe data/mamp-2020 --out describe
    """
    from distrib import travel
    from distrib.describing import Description
    from distrib.description_report import description_record, description_text, write_description
    from distrib.io.reading import read_dataset

    read, _ = read_dataset(Path(dataset), scenarios=[Path(s) for s in scenarios], language=lang)
    description = Description(travel.resolve(read))
    language = lang or read.settings.language
    if out:
        write_description(description, Path(out), language)
    if as_json:
        click.echo(json.dumps(description_record(description, language), ensure_ascii=False, indent=1))
    elif not quiet:
        click.echo(description_text(description, language))
        if out:
            click.echo(f"  {out}")
