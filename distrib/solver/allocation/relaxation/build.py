"""R as one linear programme."""

from __future__ import annotations

from dataclasses import dataclass

from distrib.solver.allocation.relaxation.case import Case
from distrib.solver.allocation.relaxation.fleet import Fleet
from distrib.solver.allocation.relaxation.network import Network, add_network
from distrib.solver.allocation.relaxation.program import LinearProgram
from distrib.solver.allocation.relaxation.supply import Supply, add_supply
from distrib.solver.allocation.relaxation.transport import add_transport


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """The linear programme of R with the meaning of its columns."""

    case: Case
    program: LinearProgram
    network: Network
    supply: Supply


def build(case: Case) -> Model:
    """Return R: network, produce and transport of one week."""
    program = LinearProgram()
    fleet = Fleet(case=case)
    network = add_network(program, case, fleet)
    supply = add_supply(program, case, fleet, network.packed)
    add_transport(program, case, fleet, supply, network.drop)
    return Model(case=case, program=program, network=network, supply=supply)
