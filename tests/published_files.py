"""Small hand-made instances in the form of each published set, and their best cost by enumeration."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import cache
from itertools import permutations, product

from benchmarks.routing.published.instance import Instance, Route
from benchmarks.routing.published.judge import judge

CVRP = """NAME : \tsmall-n6-k2\t
COMMENT : \t"by hand"\t
TYPE : \tCVRP\t
DIMENSION : \t6\t
EDGE_WEIGHT_TYPE : \tEUC_2D\t
CAPACITY : \t10\t
NODE_COORD_SECTION\t\t
1\t0\t0
2\t10\t3
3\t9\t-4
4\t-8\t5
5\t-7\t-6
6\t1\t12
DEMAND_SECTION\t\t
1\t0
2\t4
3\t5
4\t6
5\t3
6\t2
DEPOT_SECTION\t\t
\t1\t
\t-1\t
EOF\t\t
"""
VRPTW = """NAME : SMALL1
TYPE : CVRPTW
DIMENSION : 6
VEHICLES : 3
CAPACITY : 12
SERVICE_TIME : 5
EDGE_WEIGHT_TYPE : EUC_2D
NODE_COORD_SECTION
1 0 0
2 10 3
3 9 -4
4 -8 5
5 -7 -6
6 1 12
DEMAND_SECTION
1 0
2 4
3 5
4 6
5 3
6 2
TIME_WINDOW_SECTION
1 0 100
2 40 60
3 5 25
4 0 70
5 20 35
6 12 30
DEPOT_SECTION
1
-1
EOF
"""
SOLOMON = """small

VEHICLE
NUMBER     CAPACITY
  3          12

CUSTOMER
CUST NO.  XCOORD.   YCOORD.    DEMAND   READY TIME  DUE DATE   SERVICE   TIME

    0       0          0          0          0        100          0
    1      10          3          4         40         60          5
    2       9         -4          5          5         25          5
    3      -8          5          6          0         70          5
    4      -7         -6          3         20         35          5
    5       1         12          2         12         30          5
"""
HFVRP = """NAME: small-FSMFD
COMMENT: by hand
TYPE: HFVRP
DIMENSION: 5
VEHICLES: 4
EDGE_WEIGHT_TYPE: EUC_2D
NODE_COORD_SECTION
1\t0\t0
2\t10\t3
3\t9\t-4
4\t-8\t5
5\t-7\t-6
DEMAND_SECTION
1\t0
2\t4
3\t5
4\t6
5\t3
CAPACITY_SECTION
1\t6
2\t6
3\t10
4\t10
VEHICLES_FIXED_COST_SECTION
1\t500
2\t500
3\t900
4\t900
VEHICLES_UNIT_DISTANCE_COST_SECTION
1\t80
2\t80
3\t100
4\t100
DEPOT_SECTION
1
EOF
"""
MTVRPTWR = """NAME: SMALLR0.5
TYPE: MTVRPTWR
EDGE_WEIGHT_TYPE: EUC_2D
DIMENSION: 6
VEHICLES: 2
CAPACITY: 8
SERVICE_TIME: 5
NODE_COORD_SECTION
1\t0\t0
2\t10\t3
3\t9\t-4
4\t-8\t5
5\t-7\t-6
6\t1\t12
DEMAND_SECTION
1\t0
2\t4
3\t5
4\t6
5\t3
6\t2
TIME_WINDOW_SECTION
1\t0\t120
2\t40\t60
3\t5\t25
4\t0\t70
5\t20\t75
6\t12\t90
RELEASE_TIME_SECTION
1\t0
2\t30
3\t0
4\t28
5\t10
6\t35
VEHICLES_RELOAD_DEPOT_SECTION
1\t1
2\t1
DEPOT_SECTION
1
EOF
"""
FILES = {"cvrp.vrp": CVRP, "vrptw.vrp": VRPTW, "solomon.txt": SOLOMON, "hfvrp.vrp": HFVRP, "mtvrptwr.vrp": MTVRPTWR}


@cache
def best_by_enumeration(instance: Instance) -> Fraction:
    """The least cost of all feasible sets of routes."""
    return min(verdict.cost for verdict in (judge(instance, routes) for routes in _all(instance)) if verdict.feasible)


def _all(instance: Instance) -> Iterator[Sequence[Route]]:
    """All sets of routes: every order of the stops, cut or broken by a reload at every point, by every vehicle."""
    joins = ("", "cut", "reload") if instance.multi_trip else ("", "cut")
    for order in permutations(range(1, instance.stops + 1)):
        for how in product(joins, repeat=instance.stops - 1):
            routes: list[list[int]] = [[order[0]]]
            for join, stop in zip(how, order[1:], strict=True):
                if join == "cut":
                    routes.append([stop])
                else:
                    routes[-1] += [0, stop] if join else [stop]
            if len(routes) > len(instance.vans):
                continue
            if not instance.fleet_in_order:
                yield [tuple(route) for route in routes]
                continue
            for vans in permutations(range(len(instance.vans)), len(routes)):
                by_van: list[Route] = [()] * len(instance.vans)
                for van, route in zip(vans, routes, strict=True):
                    by_van[van] = tuple(route)
                yield by_van
