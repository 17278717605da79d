"""The processes of a plan in a hurry: one finds a first plan, one better and better ones, one writes the best so far."""

from __future__ import annotations

import contextlib
import dataclasses
import pickle
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from multiprocessing.connection import Connection
from pathlib import Path

from distrib.compiled import is_ready
from distrib.errors import DistribError, Finding
from distrib.fairness import fairness_of
from distrib.finishing import PlannedWeek, finished
from distrib.fitted import Fitted
from distrib.hurry.conductor import Failed, Found, Free, Stage, Worth, Wrote
from distrib.keeping import Kept, purchases_cents
from distrib.model.allocation import Limits
from distrib.model.dataset import Dataset
from distrib.model.effort import Effort
from distrib.model.plan import Plan
from distrib.pipeline import Engines, Fits, engines_named, expected_provenance, ready, settled
from distrib.solver import allocation as allocation_engines
from distrib.solver import routing as routing_engines
from distrib.solver.routing.baseline import CONSTRUCTION_ALONE, Baseline
from distrib.solver.routing.districts.engine import Districts
from distrib.solver.routing.protocol import Router
from distrib.solver.routing.ruin_recreate import kernels as ruin_recreate_kernels
from distrib.solver.routing.ruin_recreate.engine import RuinRecreateRouter
from distrib.stages import Stages

FIRST_ITERATIONS = 10
"""Of the search for the first tours, per task: a second for the reference week."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Commission:
    """What was asked for: the arguments of ``plan_week``, the limit, and the folder to write (None: beside the others)."""

    dataset: str | Path
    scenarios: tuple[str | Path, ...]
    effort: Effort
    seed: int
    language: str | None
    previous: tuple[str | Path, ...]
    fixed: str | Path | None
    seconds: float
    out: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """Allocation and tours that are settled, with what their plan is finished from."""

    dataset: Dataset
    kept: Kept
    allocator: str
    effort: Effort
    warnings: tuple[Finding, ...]
    provenance: dict[str, str]

    def finished(self, stages: Stages, *, proofs: bool) -> PlannedWeek:
        """The checked plan, with or without what its proofs cost."""
        return finished(
            self.dataset,
            self.kept,
            allocator=allocation_engines.allocator(self.allocator),
            effort=self.effort,
            warnings=self.warnings,
            provenance=self.provenance,
            stages=stages,
            proofs=proofs,
        )


Sent = tuple[Worth, Draft, PlannedWeek]
"""What the bytes of a message hold."""


def first_plan(link: Connection, asked: Commission) -> None:
    """Find a plan as soon as can be, with engines that only construct; then prove what others find."""
    finder = Finder(link=link, asked=asked)
    with _faults(link, final=False):
        finder.find_first()
    finder.prove_what_comes()


def better_plans(link: Connection, asked: Commission) -> None:
    """Find plans with the default engines and more and more work, up to the effort asked for; then prove what there is."""
    finder = Finder(link=link, asked=asked)
    efforts = list(Effort)
    with _faults(link, final=True):
        for effort in efforts[: efforts.index(asked.effort) + 1]:
            finder.find(effort)
    finder.prove_what_comes()


def write_plans(link: Connection, asked: Commission) -> None:
    """Write the plans that come into the folder asked for, each whole or not at all; the first at once without what people look at."""
    from distrib.io.plan_folder import default_plan_folder, write_plan_folder
    from distrib.io.terminal import plan_summary

    paths = tuple(map(str, asked.scenarios))

    def write(planned: PlannedWeek, *, people: bool) -> None:
        folder = Path(asked.out) if asked.out else default_plan_folder(asked.dataset, planned.dataset, paths)
        plan = planned.plan if people else _without_outputs(planned.plan)
        write_plan_folder(folder, planned.dataset, plan, planned.indicators, run=planned.run, people=people)
        link.send(Wrote(str(folder), plan_summary(planned.dataset, plan, planned.indicators, folder)))

    with _faults(link, final=True):
        first = True
        while True:
            link.send(Free())
            planned = received(link.recv_bytes())[2]
            if first:
                write(planned, people=False)
                first = False
            write(planned, people=True)


def _without_outputs(plan: Plan) -> Plan:
    """The plan as it says that what people look at was left out."""
    left_out = ("outputs_left_out", "map, workbook, driver sheets, GeoPackage: distrib check --retime PLAN writes them")
    return dataclasses.replace(plan, provenance=tuple(sorted((*plan.provenance, left_out))))


def received(message: bytes) -> Sent:
    """What a message of this program holds."""
    sent: Sent = pickle.loads(message)
    return sent


@contextlib.contextmanager
def _faults(link: Connection, *, final: bool) -> Iterator[None]:
    """Tell an error of the user's instead of raising it; ``final``: no plan can come then."""
    try:
        yield
    except DistribError as error:
        link.send(Failed(error, final))


@dataclass(slots=True, kw_only=True)
class Finder:
    """Finds plans for one commission and says so over a link; what was read is kept from one search to the next."""

    link: Connection
    asked: Commission
    _read: tuple[Dataset, tuple[Finding, ...]] | None = None
    _best: Worth | None = None

    def find(self, effort: Effort) -> None:
        """Plan once with the default engines and tell every plan on the way that is better than those told before."""
        stages = self._stages()
        dataset, warnings = self._ready(stages)
        allocator, router = allocation_engines.DEFAULT, routing_engines.DEFAULT

        def tell(one: Dataset, kept: Kept, worth: Worth) -> None:
            if self._best is None or worth > self._best:
                self._best = worth
                draft = self._draft(one, kept, effort, allocator, router, warnings)
                self._tell(worth, draft, draft.finished(stages, proofs=False))

        def met(one: Dataset, fitted: Fitted) -> None:
            kept = Kept(fitted=fitted)
            tell(one, kept, worth_of(one, kept, on_the_way=True))

        engines = engines_named(allocator, router)
        dataset, kept = settled(dataset, engines, effort=effort, seed=self.asked.seed, stages=stages, met=met)
        tell(dataset, kept, worth_of(dataset, kept))

    def find_first(self) -> None:
        """Tell the first plan that engines without any proof come upon."""
        stages = self._stages()
        dataset, warnings = self._ready(stages)
        router: Router = Baseline(rounds=CONSTRUCTION_ALONE)
        if is_ready(ruin_recreate_kernels.search):
            router = RuinRecreateRouter(iterations=FIRST_ITERATIONS, features=router.features)
        allocator = allocation_engines.allocator("greedy")
        engines = Engines(allocator=allocator, router=Districts(inner=router))
        fitted = Fits(engines=engines, effort=Effort.QUICK, seed=self.asked.seed, stages=stages).within(
            dataset, Limits()
        )
        kept = Kept(fitted=fitted)
        draft = self._draft(dataset, kept, Effort.QUICK, "greedy", router.name, warnings)
        self._tell(worth_of(dataset, kept, on_the_way=True), draft, draft.finished(stages, proofs=False))

    def prove_what_comes(self) -> None:
        """Prove the plans that are sent, one after the other."""
        while True:
            self.link.send(Free())
            worth, draft, _ = received(self.link.recv_bytes())
            self._tell(dataclasses.replace(worth, proofs=1), draft, draft.finished(Stages(), proofs=True))

    def _stages(self) -> Stages:
        return Stages(tell=lambda stage: self.link.send(Stage(stage)))

    def _draft(
        self,
        dataset: Dataset,
        kept: Kept,
        effort: Effort,
        allocator: str,
        router: str,
        warnings: tuple[Finding, ...],
    ) -> Draft:
        asked = self.asked
        provenance = expected_provenance(dataset, effort, asked.seed, allocator=allocator, router=router)
        return Draft(
            dataset=dataset,
            kept=kept,
            allocator=allocator,
            effort=effort,
            warnings=warnings,
            provenance={**provenance, "time_limit_s": f"{asked.seconds:g}"},
        )

    def _ready(self, stages: Stages) -> tuple[Dataset, tuple[Finding, ...]]:
        if self._read is None:
            asked = self.asked
            self._read = ready(
                asked.dataset,
                scenarios=asked.scenarios,
                warnings=(),
                language=asked.language,
                previous=asked.previous,
                fixed=asked.fixed,
                stages=stages,
            )
        return self._read

    def _tell(self, worth: Worth, draft: Draft, planned: PlannedWeek) -> None:
        sent: Sent = (worth, draft, planned)
        self.link.send(Found(worth, pickle.dumps(sent)))


def worth_of(dataset: Dataset, kept: Kept, *, on_the_way: bool = False) -> Worth:
    """What a plan without its proofs is compared by; ``on_the_way``: keeping to last week was not looked at yet."""
    objective = dataset.settings.objective
    keeping = bool(dataset.usual_visits) and (
        objective.max_site_changes is not None or objective.site_change_cents is not None
    )
    changes = kept.changes or 0
    too_many = objective.max_site_changes is not None and changes > objective.max_site_changes
    fitted = kept.fitted
    cents = purchases_cents(dataset, fitted.allocation) + changes * (objective.site_change_cents or 0)
    return Worth(
        kept=2 if not keeping else 0 if on_the_way else 1 if too_many else 2,
        fair=fairness_of(dataset, fitted.allocation),
        spared=-(Fraction(fitted.routing.cost_millicents, 1000) + cents),
        proofs=0,
    )
