"""A plan by a given time: who does what until when, by a clock of the test's own."""

from __future__ import annotations

import json
import multiprocessing
import pickle
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

import pytest

from distrib.compiled import compiled, is_ready
from distrib.errors import BadInputError, ImpossibleError, UsageError
from distrib.hurry import makers, planning
from distrib.hurry.conductor import Conductor, Failed, Found, Free, Gone, Message, Stage, Worth, Wrote
from distrib.io.plan_folder import read_plan_folder
from distrib.model.effort import Effort
from distrib.processes import process_started_at

TOY = Path(__file__).resolve().parents[2] / "data" / "toy"
Said = tuple[float, str, Message]


@dataclass
class Scene:
    """A clock that moves when somebody is waited for, and others that say what a script has them say."""

    script: deque[Said]
    now: float = 0.0
    sent: list[tuple[float, str, bytes]] = field(default_factory=list)
    answers: dict[str, float] = field(default_factory=dict)

    def hear(self, seconds: float) -> Iterator[tuple[str, Message]]:
        if not self.script or self.script[0][0] > self.now + seconds:
            self.now += seconds
            return
        self.now, name, message = max(self.now, self.script[0][0]), *self.script[0][1:]
        self.script.popleft()
        yield name, message

    def send(self, name: str, draft: bytes) -> None:
        """Who is given something says what comes of it so many seconds later."""
        self.sent.append((self.now, name, draft))
        done = self.now + self.answers.get(name, 1.0)
        worth = next(m.worth for m in FOUND if m.draft == draft)
        result: Message = Wrote(draft.decode(), "")
        if name != "writer":
            proven = Found(Worth(kept=2, fair=worth.fair, spared=worth.spared, proofs=1), draft + b", proven")
            FOUND.append(proven)
            result = proven
        self.script = deque(
            sorted([*self.script, (done, name, result), (done, name, Free())], key=lambda said: said[0])
        )


FOUND: list[Found] = []


def found(name: str, level: int, cost: int = 100) -> Found:
    worth = Worth(kept=2, fair=(Fraction(level),), spared=Fraction(-cost), proofs=0)
    FOUND.append(Found(worth, name.encode()))
    return FOUND[-1]


def conducted(script: list[Said], until: float, **answers: float) -> tuple[Conductor, Scene]:
    stage = Scene(deque(sorted([(0.0, "writer", Free()), *script], key=lambda said: said[0])), answers=answers)
    conductor = Conductor(finders=("first", "better"), writer="writer")
    conductor.conduct(stage, until=until, late=until + 2, clock=lambda: stage.now)
    return conductor, stage


def test_the_first_plan_is_written_as_soon_as_it_is_found_and_a_better_one_in_its_place() -> None:
    conductor, stage = conducted([(3, "first", found("poor", 1)), (9, "better", found("fair", 2))], until=20)
    assert [(when, draft) for when, name, draft in stage.sent if name == "writer"] == [(3, b"poor"), (9, b"fair")]
    assert conductor.wrote is not None
    assert conductor.wrote.folder == "fair"
    assert stage.now == 20


def test_a_plan_is_only_replaced_by_one_that_is_fairer_or_as_fair_and_cheaper() -> None:
    script = [
        (1, "first", found("dear", 2, 50)),
        (5, "better", found("unfair", 1, 1)),
        (7, "better", found("cheap", 2, 49)),
    ]
    _, stage = conducted(script, until=20)
    assert [draft for _, name, draft in stage.sent if name == "writer"] == [b"dear", b"cheap"]


def test_proofs_are_made_by_who_is_free_and_the_proven_plan_is_written_too() -> None:
    script: list[Said] = [(3, "first", found("poor", 1)), (4, "first", Free()), (9, "better", found("fair", 2))]
    conductor, stage = conducted(script, until=30, first=6.0)
    assert [(when, draft) for when, name, draft in stage.sent if name == "first"] == [(9, b"fair")]
    assert conductor.wrote is not None
    assert conductor.wrote.folder == "fair, proven"
    assert conductor.best is not None
    assert conductor.best.worth.proofs == 1


def test_time_is_up_before_the_proofs_are_made_and_the_plan_without_them_stays() -> None:
    script: list[Said] = [(3, "better", found("poor", 1)), (4, "first", Free())]
    conductor, stage = conducted(script, until=8, first=6.0)
    assert conductor.wrote is not None
    assert conductor.wrote.folder == "poor"
    assert stage.now == 8


def test_who_is_busy_is_given_nothing_and_gets_the_best_later() -> None:
    script: list[Said] = [(1, "first", found("a", 1)), (2, "better", found("b", 2)), (3, "better", found("c", 3))]
    _, stage = conducted(script, until=30, writer=5.0)
    assert [(when, draft) for when, name, draft in stage.sent if name == "writer"] == [(1, b"a"), (6, b"c")]


def test_it_ends_before_the_limit_when_nothing_is_left_to_do() -> None:
    script: list[Said] = [(1, "first", found("a", 1)), (2, "first", Free()), (3, "better", Free())]
    conductor, stage = conducted(script, until=1000, first=4.0)
    assert conductor.wrote is not None
    assert conductor.wrote.folder == "a, proven"
    assert [(when, draft) for when, name, draft in stage.sent if name == "first"] == [(3, b"a")]
    assert stage.now < 20


def test_the_first_plan_of_all_may_be_written_a_little_late_and_no_other() -> None:
    conductor, _ = conducted([(9, "first", found("a", 1))], until=10, writer=2.5)
    assert conductor.wrote is not None
    conductor, stage = conducted([(2, "first", found("b", 1)), (9, "better", found("c", 2))], until=10, writer=2.5)
    assert conductor.wrote is not None
    assert conductor.wrote.folder == "b"
    assert stage.now == 10
    conductor, stage = conducted([(9, "first", found("d", 1))], until=10, writer=3.5)
    assert conductor.wrote is None
    assert stage.now == 12


def test_faults_of_the_input_end_it_at_once() -> None:
    error = UsageError("no such table")
    with pytest.raises(UsageError, match="no such table"):
        conducted(
            [(1, "first", Failed(error, final=False)), (1, "first", Free()), (2, "better", Failed(error, final=True))],
            until=60,
        )


def test_what_the_first_engines_cannot_do_is_left_to_the_others() -> None:
    script: list[Said] = [
        (1, "first", Failed(ImpossibleError("produce", "none"), final=False)),
        (1, "first", Free()),
        (4, "better", Stage("allocate")),
        (6, "better", found("b", 2)),
    ]
    conductor, _ = conducted(script, until=20)
    assert conductor.wrote is not None


def test_a_process_that_ends_early_is_no_silent_failure() -> None:
    with pytest.raises(RuntimeError, match="ended"):
        conducted([(1, "first", Gone()), (2, "better", Gone())], until=20)
    conductor, _ = conducted([(1, "first", Gone()), (2, "better", found("b", 2)), (3, "better", Gone())], until=20)
    assert conductor.wrote is not None


def test_the_limit_leaves_room_to_stop_and_grace_for_a_first_plan() -> None:
    until, late = planning.limits(1000.0, 20)
    assert 1000 + 19 <= until < 1020 < late < 1022


def test_errors_reach_another_process_whole() -> None:
    impossible = pickle.loads(pickle.dumps(ImpossibleError("produce", "there is none")))
    assert (impossible.limit, str(impossible)) == ("produce", "there is none")
    assert pickle.loads(pickle.dumps(BadInputError(()))).findings == ()


def test_the_start_of_this_process_is_known_on_linux() -> None:
    assert process_started_at() is not None


def messages_of(job: str, commission: makers.Commission, count: int) -> list[Message]:
    """What a maker says until it has said ``count`` plans and is free."""
    said: list[Message] = []

    class Ears:
        def send(self, message: Message) -> None:
            said.append(message)

        def recv_bytes(self) -> bytes:
            plans = [m for m in said if isinstance(m, Found)]
            if len(plans) >= count:
                raise EOFError
            return plans[-1].draft

    with pytest.raises(EOFError):
        getattr(makers, job)(Ears(), commission)
    return said


def test_a_plan_told_without_its_proofs_says_so_and_gets_them_later() -> None:
    commission = makers.Commission(
        dataset=TOY, scenarios=(), effort=Effort.QUICK, seed=0, language="en", previous=(), fixed=None, seconds=60
    )
    plain, proven = (m for m in messages_of("first_plan", commission, 2) if isinstance(m, Found))
    before, after = makers.received(plain.draft)[2].plan, makers.received(proven.draft)[2].plan
    assert before.stops == after.stops
    assert dict(before.provenance)["time_limit_s"] == dict(after.provenance)["time_limit_s"] == "60"
    assert "bound" in dict(before.provenance)["proofs_left_out"]
    assert "proofs_left_out" not in dict(after.provenance)
    transport = {level.name: level for level in before.levels}["transport"]
    assert transport.bound is None
    assert "time limit" in transport.why_not_proven
    assert {level.name: level for level in after.levels}["transport"].bound is not None
    assert proven.worth > plain.worth


def test_the_first_plan_is_written_without_what_people_look_at_and_then_with_it(tmp_path: Path) -> None:
    commission = makers.Commission(
        dataset=TOY, scenarios=(), effort=Effort.QUICK, seed=0, language="en", previous=(), fixed=None, seconds=60,
        out=str(tmp_path / "plan"),
    )  # fmt: skip
    plain = next(m for m in messages_of("first_plan", commission, 1) if isinstance(m, Found))
    contents = []

    class Ears:
        def send(self, message: Message) -> None:
            if isinstance(message, Wrote):
                summary = json.loads((tmp_path / "plan" / "summary.json").read_text(encoding="utf-8"))
                contents.append(
                    ("outputs_left_out" in summary["provenance"], (tmp_path / "plan" / "map.html").exists())
                )
                read_plan_folder(tmp_path / "plan")

        def recv_bytes(self) -> bytes:
            if contents:
                raise EOFError
            return plain.draft

    with pytest.raises(EOFError):
        makers.write_plans(Ears(), commission)  # type: ignore[arg-type]
    assert contents == [(True, False), (False, True)]


def test_no_limit_leaves_the_folder_as_it_was_when_it_is_too_short(tmp_path: Path) -> None:
    (tmp_path / "plan").mkdir()
    (tmp_path / "plan" / "summary.json").write_text("{}", encoding="utf-8")
    with pytest.raises(UsageError, match="give more time"):
        planning.write_in_a_hurry(TOY, seconds=0.01, out=tmp_path / "plan")
    assert [path.name for path in tmp_path.iterdir()] == ["plan"]
    assert (tmp_path / "plan" / "summary.json").read_text(encoding="utf-8") == "{}"


def test_links_wait_for_processes_that_are_still_being_started() -> None:
    pipes = planning.Pipes()
    assert list(pipes.hear(0)) == []
    mine, other = multiprocessing.Pipe()
    pipes.add("first", mine)
    assert list(pipes.hear(0)) == []
    other.send(Free())
    assert list(pipes.hear(5)) == [("first", Free())]
    other.close()
    assert list(pipes.hear(5)) == [("first", Gone())]
    assert list(pipes.hear(0)) == []
    pipes.send("first", b"nobody is there any more")


def test_a_kernel_that_was_never_compiled_is_not_ready() -> None:
    assert not is_ready(compiled(lambda x: x + 1))
    used = compiled(lambda x: x + 2)
    assert used(1) == 3
    assert is_ready(used)
