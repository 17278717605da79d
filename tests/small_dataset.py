"""A tiny sound dataset as text, for tests that spoil one thing at a time."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

SMALL: dict[str, str] = {
    "dataset.yaml": """\
name: Petite semaine
week_start: 2021-05-03
delivery_days: [tue, wed]
collection_days: [mon, tue]
max_baskets: {baskets: 40}
programmes: [baskets, kits]
travel: {mode: table}
""",
    "neighbourhoods.csv": """\
neighbourhood_id,name,commune,lon,lat,population
N1,Les Tilleuls,Villeclaire,4.02,44.01,1800
N2,Le Moulin,Villeclaire,3.98,44.02,1100
""",
    "zones.csv": """\
zone_id,neighbourhood_id,lon,lat
Z1,N1,4.019,44.01
Z2,N1,4.025,44.012
Z3,N2,3.98,44.02
""",
    "households.csv": """\
zone_id,persons_per_household,households,priority
Z1,1,4,
Z1,3,5,1.5
Z2,6,6,
Z3,2,7,
""",
    "needs.csv": """\
zone_id,basket_id,households
Z1,kit,3
""",
    "sites.csv": """\
site_id,name,kind,commune,lon,lat,max_baskets_per_day,unloading_min,unloading_s_per_basket,largest_vehicle_gvw_kg,cold_storage,min_baskets_per_visit,min_baskets_per_week,relay_site_id,may_relay_to,relay_max_baskets
S1,Centre social,centre social,Villeclaire,4.02,44.011,12,5,10,,yes,4,8,,,6
S2,École,école,Villeclaire,4.027,44.013,8,7.5,,3500,no,,,,S1,
S3,Association,association,Villeclaire,3.981,44.021,6,5,10,,no,0,4,S1,,
""",
    "site_hours.csv": """\
site_id,weekday,opens,closes
S1,tue,09:00,12:00
S1,wed,09:00,12:00
S2,tue,09:00,12:00
S2,tue,14:00,16:30
""",
    "catchments.csv": """\
zone_id,site_id,walk_m
Z1,S1,200
Z2,S2,
Z3,S3,150
""",
    "products.csv": """\
product_id,name,group,portion_g,crate_kg,shelf_life_days,needs_cold,max_portions_per_basket
apple,Pomme,fruit,500,12,21,no,3
carrot,Carotte,root,500,10,14,no,4
lettuce,Salade,leaf,350,4.2,5,yes,2
soap,Savon,other,100,5,,no,3
""",
    "basket_types.csv": """\
basket_id,name,programme,persons_from,persons_to,target_kg,min_kg,max_kg,min_products,min_fruit_pct,places
grand,Grand panier,baskets,3,6,6,5.5,6.5,3,15,1
petit,Petit panier,baskets,1,2,4,3.5,4.5,3,15,
kit,Kit,kits,,,0.3,0.3,0.3,1,0,1
""",
    "kit_contents.csv": """\
basket_id,product_id,portions
kit,soap,3
""",
    "farms.csv": """\
farm_id,name,commune,lon,lat,opens,closes,loading_min,loading_s_per_crate,delivers
F1,Ferme du Haut,Hautval,3.9,44.05,06:00,16:00,10,30,no
F2,Serres du Levant,Hautval,4.1,44.08,06:00,16:00,10,,yes
""",
    "stock.csv": """\
lot_id,farm_id,product_id,ready_date,kg,price_eur_kg,best_before
L1,F1,carrot,2021-05-03,60,1.00,
L2,F1,apple,2021-05-03,48.5,1.2,2021-05-10
L3,F2,lettuce,2021-05-03,21,1.5,
L4,F2,soap,2021-05-01,10,0,
""",
    "depots.csv": """\
depot_id,name,lon,lat,opens,closes,loading_min,packing_baskets_per_day,packing_starts,packing_baskets_per_h,storage_kg,cold_storage_kg
D1,Halle,4.0,44.0,06:00,18:00,15,32,06:00,15,220,20
""",
    "depot_stock.csv": """\
depot_id,lot_id,product_id,kg,best_before
D1,DS1,carrot,15,2021-05-31
""",
    "vehicles.csv": """\
vehicle_id,kind,depot_id,weekdays,shift_start,shift_end,capacity_kg,capacity_baskets,gvw_kg,cold,max_trips,eur_per_day,eur_per_km,eur_per_h,speed_factor,break_after_h,break_min
V1,camion,D1,mon tue wed,07:00,15:00,400,40,7500,no,2,60,0.60,30,0.9,4.5,45
V2,fourgon froid,D1,mon tue wed,08:00,15:00,120,14,3500,yes,3,30,0.40,27,,,
""",
    "drivers.csv": """\
weekday,licence,people
mon,C,1
tue,B,1
tue,C,1
wed,C,2
""",
}

_PLACES = {"D1": 0, "F1": 9, "F2": 13, "S1": 2, "S2": 3, "S3": 4}
SMALL["travel.csv"] = "from_id,to_id,seconds,metres\n" + "".join(
    f"{a},{b},{60 * abs(x - y) + 120},{1000 * abs(x - y) + 700}\n"
    for a, x in _PLACES.items()
    for b, y in _PLACES.items()
    if a != b
)


def write_files(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    """Write files by name into a folder, text as UTF-8; returns the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    return folder
