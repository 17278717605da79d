"""Mixed-integer programmes: both engines against all answers tried."""

from __future__ import annotations

import itertools
import random

import pytest

from distrib.solver.allocation.mixed_program import MixedProgram


def drawn(seed: int) -> MixedProgram:
    """Up to four whole columns below 4 in up to three rows, some of which nothing satisfies."""
    rng = random.Random(seed)
    program = MixedProgram()
    for _ in range(rng.randint(1, 4)):
        program.column(rng.randint(0, 3), cost=rng.randint(-5, 5), whole=True)
    for _ in range(rng.randint(1, 3)):
        terms = [(c, float(rng.randint(-3, 4))) for c in range(len(program.cost)) if rng.random() < 0.7]
        program.row(terms, rng.choice([-float("inf"), -2.0, 1.0]), rng.choice([2.0, 5.0, float("inf")]))
    return program


def cheapest(program: MixedProgram) -> float | None:
    costs = [
        sum(c * x for c, x in zip(program.cost, values, strict=True))
        for values in itertools.product(*(range(int(most) + 1) for most in program.upper))
        if all(low <= sum(v * values[c] for c, v in terms) <= high for terms, low, high in program.rows)
    ]
    return min(costs, default=None)


@pytest.mark.parametrize("engine", ["solve", "search"])
def test_the_best_answer_is_that_of_all_answers_tried(engine: str) -> None:
    some = 0
    for seed in range(40):
        program = drawn(seed)
        best, answer = cheapest(program), getattr(program, engine)(nodes=100, gap=0.0)
        if best is None:
            assert answer is None
            some += 1
        else:
            assert answer.proven
            assert answer.objective == pytest.approx(best)
            assert sum(program.cost[c] * answer.whole(c) for c in range(len(program.cost))) == pytest.approx(best)
    assert 0 < some < 40
