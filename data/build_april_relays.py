"""Write scenarios/april-relays.yaml: half the fleet away, and some twenty sites that may pass baskets on to others.

In April 2020 about twenty relay points supplied 70 to 80 structures that fetched their share themselves. Which points, and
which structures fetched where, is not known: relays are chosen here among the bigger sites, spread over the territory, and each
of the nearest other sites that is open on one of a relay's days may be served through it.

Run it from the root of the project: python data/build_april_relays.py
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

RELAYS = 20
RELAYED = 75
PASSES_ON = 60
CHOICES = 2
AWAY = ("C1", "C2", "B1", "B2", "B3", "B4", "V5", "V6")
DRIVERS = 5

HEAD = f"""\
# Made by data/build_april_relays.py.
name: Relais d'avril 2020
about: >-
  Il manque plus de la moitié des véhicules et des conducteurs. Une vingtaine de points peuvent remettre des paniers à 75
  autres, qui viennent les chercher, comme en avril 2020 ; le plan choisit qui passe par un relais.
changes:
  - {{table: vehicles, where: {{vehicle_id: [{", ".join(AWAY)}]}}, remove: true}}
  - {{table: drivers, where: {{licence: B}}, set: {{people: {DRIVERS}}}}}
"""


def main() -> None:
    """Write the scenario."""
    from distrib.io.reading import read_dataset
    from distrib.model.territory import Site
    from distrib.travel import resolve

    dataset = resolve(read_dataset(ROOT / "data" / "mamp-2020")[0])
    travel = dataset.travel
    assert travel is not None
    fixed = {s.site_id for s in dataset.sites if s.relay_site_id or s.may_relay_to}
    serving = {r for s in dataset.sites for r in (s.relay_site_id, *s.may_relay_to) if r}
    days = {s.site_id: {o.weekday for o in s.openings} for s in dataset.sites}
    able = [s for s in dataset.sites if s.site_id not in fixed | serving and len(days[s.site_id]) >= 2]

    def near(a: Site, b: Site) -> int:
        return travel.driving_s(a.site_id, b.site_id)

    relays: list[Site] = []
    while len(relays) < RELAYS:
        # The bigger and the farther from the relays there are, the better.
        rest = [s for s in able if s not in relays]
        relays.append(
            max(rest, key=lambda s: (s.max_baskets_per_day * min((near(r, s) for r in relays), default=1), s.site_id))
        )
    others = [s for s in dataset.sites if s not in relays and s.site_id not in fixed | serving]
    pairs = sorted(
        (near(r, s), s.site_id, r.site_id)
        for s in others
        for r in relays
        if days[s.site_id] & days[r.site_id] and near(r, s) > 0
    )
    chosen: dict[str, list[str]] = {}
    for _, site, relay in pairs:
        if len(chosen) < RELAYED or site in chosen:
            chosen.setdefault(site, [])
            if len(chosen[site]) < CHOICES:
                chosen[site].append(relay)
    lines = [HEAD]
    for relay in sorted(r.site_id for r in relays):
        lines.append(f"  - {{table: sites, where: {{site_id: {relay}}}, set: {{relay_max_baskets: {PASSES_ON}}}}}\n")
    for site, to in sorted(chosen.items()):
        lines.append(f'  - {{table: sites, where: {{site_id: {site}}}, set: {{may_relay_to: "{" ".join(to)}"}}}}\n')
    (ROOT / "scenarios" / "april-relays.yaml").write_text("".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
