"""From files of the publishers' form to a choice of sites, command by command: seconds, memory and the gap proven.

Run: python -m benchmarks.siting [--cells 60000] [--candidates 10000] [--open 1000] [--seed 1]

Beside the choice stand, on the same problem, what a greedy choice would walk and the bound that was proven. Times are
seconds of processor (and of the clock), of whole processes, files and pictures included.

python -m benchmarks.siting FILE… solves p-median instances of OR-Library (pmed1.txt …) instead: one line of JSON each.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pyproj

from distrib.solver.siting import choose, read_pmed
from distrib.solver.siting.big import bounds

EAST, NORTH = 3_960_000, 2_260_000
"""South-west corner of the made-up territory on the European grid (EPSG:3035)."""

HOOD_M, PITCH_M, CELL_M = 1200, 1600, 200
MOST_PEOPLE = 260


def side_m(cells: int) -> int:
    """Side of the square of so many cells, in whole neighbourhoods."""
    return max(1, round((cells**0.5) * CELL_M / PITCH_M)) * PITCH_M


def write_outlines(path: Path, side: int) -> None:
    """Square neighbourhoods side by side with streets of 400 m between them."""
    to_degrees = pyproj.Transformer.from_crs(3035, 4326, always_xy=True)
    features = []
    for east in range(0, side, PITCH_M):
        for north in range(0, side, PITCH_M):
            corners = [(0, 0), (HOOD_M, 0), (HOOD_M, HOOD_M), (0, HOOD_M), (0, 0)]
            ring = [to_degrees.transform(EAST + east + x, NORTH + north + y) for x, y in corners]
            number = len(features) + 1
            features.append(
                {
                    "type": "Feature",
                    "properties": {
                        "code_qp": f"QP{number:05d}",
                        "lib_qp": f"Quartier {number}",
                        "lib_com": "Grandeville",
                        "insee_com": "99001",
                        "population": 36 * (MOST_PEOPLE // 2),
                        "poverty_rate": 40.0,
                    },
                    "geometry": {"type": "Polygon", "coordinates": [ring]},
                }
            )
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")


def write_cells(path: Path, side: int, rng: np.random.Generator) -> int:
    """Cells of 200 m over the whole territory, as INSEE writes them; how many there are."""
    lines = ["Idcar_200m;I_est_200;Ind;Men;Men_pauv"]
    for east in range(0, side, CELL_M):
        for north in range(0, side, CELL_M):
            people = int(rng.integers(11, MOST_PEOPLE))
            poor = int(people * rng.integers(10, 35) // 100)
            lines.append(f"CRS3035RES200mN{NORTH + north}E{EAST + east};0;{people};{people // 2};{poor}")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return len(lines) - 1


def write_places(path: Path, side: int, number: int, rng: np.random.Generator) -> None:
    """Places anywhere in the territory."""
    to_degrees = pyproj.Transformer.from_crs(3035, 4326, always_xy=True)
    lon, lat = to_degrees.transform(EAST + rng.uniform(0, side, number), NORTH + rng.uniform(0, side, number))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(["nom", "type", "adresse", "longitude", "latitude"])
        for i in range(number):
            writer.writerow([f"École {i:05d}", "école", f"{i} rue du Port", f"{lon[i]:.6f}", f"{lat[i]:.6f}"])


def command(folder: Path, *words: str) -> tuple[str, float, float]:
    """Run one command; what it printed, its processor seconds and those of the clock."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "distrib.cli", *words],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(f"distrib {' '.join(words)}: {done.stderr}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return done.stdout, after.ru_utime - before.ru_utime, time.perf_counter() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cells", type=int, default=60_000)
    parser.add_argument("--candidates", type=int, default=10_000)
    parser.add_argument("--open", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("files", type=Path, nargs="*", help="p-median instances of OR-Library")
    asked = parser.parse_args()
    if asked.files:
        solve_published(asked.files)
        return
    rng, side = np.random.default_rng(asked.seed), side_m(asked.cells)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_outlines(folder / "qp.geojson", side)
        cells = write_cells(folder / "cells.csv", side, rng)
        write_places(folder / "places.csv", side, asked.candidates, rng)
        print(f"{cells} cells, {asked.candidates} candidates, {asked.open} to open, seed {asked.seed}")
        steps = (
            ("init", "city", "--quiet"),
            ("import", "qpv", "qp.geojson", "--dataset", "city", "--communes", "Grandeville", "--quiet"),
            ("import", "grid", "cells.csv", "--dataset", "city", "--need-pct", "17", "--quiet"),
            ("import", "places", "places.csv", "--dataset", "city", "--columns", "name=nom,kind=type", "--quiet"),
            ("sites", "city", "--open", str(asked.open), "--curve", str(asked.open), "--out", "choice", "--json"),
        )
        for words in steps:
            printed, cpu, wall = command(folder, *words)
            print(f"{' '.join(words[:2]):16} {cpu:8.1f} s of processor {wall:8.1f} s", flush=True)
        record = json.loads(printed)
        print(json.dumps(record.get("levels", record), ensure_ascii=False, indent=1)[:2000])
        report_greedy(folder / "city", asked.open)


def solve_published(files: list[Path]) -> None:
    """Print, for each instance, the walk of the sites chosen, the bound and the vertices opened (from 1)."""
    for file in files:
        start = time.process_time()
        chosen = choose(read_pmed(file), with_stops=False)
        walk = chosen.level("walk")
        record = {
            "instance": file.stem,
            "cost": walk.value,
            "bound": walk.bound,
            "proven": walk.gap_bp == 0,
            "seconds": round(time.process_time() - start, 2),
            "open": [site + 1 for site in chosen.opened],
        }
        print(json.dumps(record), flush=True)


def report_greedy(dataset: Path, opened: int) -> None:
    """Print what greedy choice and interchange alone walk, against the bound on the same problem."""
    from distrib.siting import choose_sites

    chosen = choose_sites(dataset, opened, curve=())
    total = bounds(chosen.problem)[1]
    walk = next(level for level in chosen.siting.levels if level.name == "walk")
    print(f"greedy and interchange {total}, chosen {walk.value}, bound {walk.bound}: ", end="")
    print(f"gap {100 * (walk.value - walk.bound) / max(1, walk.value):.2f} %")


if __name__ == "__main__":
    main()
