"""Plans for the tests of outputs: a small one made by hand, with every kind of row and awkward text."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

from distrib.model import plan as rows
from distrib.model.plan import Level, Plan

MON, TUE = dt.date(2021, 5, 3), dt.date(2021, 5, 4)
AWKWARD = 'L\'"École", <script>alert(1)</script>; =1+1\r\nשלום'


def small_plan() -> Plan:
    """Return a plan with one to three rows in every table; its numbers need not keep the rules."""
    hood = {"programme": "baskets", "name": AWKWARD, "commune": "Villeclaire", "persons": 75, "persons_helped": 70}
    ledger = {"depot_id": "D1", "product_id": "carrot", "in_g": 0, "packed_g": 0, "discarded_g": 0}
    stop = {"date": TUE, "vehicle_id": "V1", "trip": 1, "drop_baskets": 0, "drop_g": 0, "pick_g": 0}
    leg = {"from_previous_m": 4_210, "from_previous_s": 421}
    return Plan(
        coverage=(
            rows.CoverageRow(
                neighbourhood_id="N1",
                households=30,
                need_baskets=30,
                baskets=28,
                coverage=Fraction(28, 30),
                limited_by="produce",
                **hood,
            ),
            rows.CoverageRow(
                neighbourhood_id="N2",
                households=0,
                need_baskets=0,
                baskets=0,
                coverage=None,
                limited_by="",
                **hood,
            ),
        ),
        allocation=(
            rows.AllocationRow(
                zone_id="N1-A",
                neighbourhood_id="N1",
                site_id="S1",
                date=TUE,
                basket_id="family~2",
                baskets=28,
                walk_m=412,
            ),
        ),
        deliveries=(
            rows.DeliveryRow(
                date=TUE,
                site_id="S3",
                dropped_at_site_id="S1",
                basket_id="family~2",
                baskets=28,
                load_g=154_001,
                vehicle_id="V1",
                trip=1,
                arrival_s=30_601,
                start_s=30_660,
                departure_s=32_000,
            ),
        ),
        stops=(
            rows.StopRow(
                stop=0,
                place_kind="depot",
                place_id="D1",
                arrival_s=25_200,
                start_s=25_200,
                departure_s=26_400,
                break_s=0,
                load_g=154_001,
                from_previous_m=0,
                from_previous_s=0,
                **stop,
            ),
            rows.StopRow(
                stop=1,
                place_kind="site",
                place_id="S1",
                arrival_s=30_601,
                start_s=30_660,
                departure_s=32_000,
                break_s=1,
                load_g=0,
                **{**stop, "drop_baskets": 28, "drop_g": 154_001},
                **leg,
            ),
            rows.StopRow(
                stop=2,
                place_kind="depot",
                place_id="D1",
                arrival_s=33_000,
                start_s=33_000,
                departure_s=33_000,
                break_s=0,
                load_g=0,
                **stop,
                **leg,
            ),
        ),
        collections=(
            rows.CollectionRow(
                date=MON,
                depot_id="D1",
                farm_id="F1",
                lot_id="L1",
                product_id="carrot",
                crates=3,
                load_g=36_000,
                cents=3_605,
            ),
            rows.CollectionRow(
                date=MON,
                depot_id="D1",
                farm_id="F1",
                lot_id="L1",
                product_id="carrot",
                crates=1,
                load_g=12_000,
                cents=1_202,
                vehicle_id="V1",
                trip=2,
            ),
        ),
        recipes=(
            rows.RecipeRow(
                date=TUE, depot_id="D1", basket_id="family~2", product_id="carrot", portions=3, recipe_g=750
            ),
        ),
        packing=(rows.PackingRow(date=TUE, depot_id="D1", basket_id="family~2", baskets=28, packed_g=154_001),),
        stock_ledger=(
            rows.LedgerRow(date=MON, lot_id="L0", opening_g=500, closing_g=500, last_use_date=None, **ledger),
            rows.LedgerRow(
                date=MON,
                lot_id="L1",
                opening_g=0,
                closing_g=48_000,
                last_use_date=TUE,
                **{**ledger, "in_g": 48_000},
            ),
        ),
        unserved=(
            rows.UnservedRow(
                kind="lot",
                id="L1",
                quantity=12_345,
                unit="kg",
                reason="budget",
                explanation=AWKWARD,
                remedy="",
            ),
            rows.UnservedRow(
                kind="need",
                id="N1-A",
                programme="baskets",
                quantity=2,
                unit="baskets",
                reason="",
                explanation=" leading and trailing blanks ",
                remedy="a, b",
            ),
            rows.UnservedRow(
                kind="site", id="S2", date=TUE, quantity=0, unit="baskets", reason="minimum", explanation="", remedy=""
            ),
        ),
        fairness=(
            rows.FairnessRow(
                programme="baskets",
                neighbourhood_id="N1",
                bound_microbaskets=28_666_667,
                baskets=28,
                proven=True,
                gap_baskets=0,
                lacking_rule="",
                binding="produce, site S1",
            ),
        ),
        levels=(
            Level(name="coverage", value=Fraction("93.333333"), bound=Fraction(94), unit="%", proven=True),
            Level(
                name="cost",
                value=Fraction("1234.56"),
                bound=None,
                unit="EUR",
                proven=False,
                tolerance=Fraction("0.5"),
                why_not_proven="no bound « é »",
            ),
        ),
        warnings=("un lot de 0 kg", AWKWARD),
        provenance=(("effort", "quick"), ("seed", "1")),
    )
