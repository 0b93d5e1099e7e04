"""Random optimizers and random schedules go PyTorch's way over many steps."""

import random
import warnings
from typing import Any

import pytest

torch = pytest.importorskip("torch", reason="compares with PyTorch live")

from conv1d_tutor import engine  # noqa: E402


def random_optimizer(face: Any, chance: random.Random) -> tuple[Any, list[Any]]:
    """Return a random optimizer of two groups, and its parameters."""
    parameters = [face.nn.Parameter(face.rand(3) - 0.5), face.nn.Parameter(face.rand(2, 2))]
    name = chance.choice(("SGD", "Adam", "AdamW", "RMSprop", "Adagrad"))
    options: dict[str, Any] = {"lr": chance.choice((0.1, 0.01, 1e-3))}
    if chance.random() < 0.5:
        options["weight_decay"] = chance.choice((0.1, 0.01))
    if chance.random() < 0.3:
        options["maximize"] = True
    if name in ("SGD", "RMSprop") and chance.random() < 0.7:
        options["momentum"] = chance.choice((0.5, 0.9))
        if name == "SGD":
            options["nesterov"] = chance.random() < 0.5
    if name == "RMSprop" and chance.random() < 0.5:
        options["centered"] = True
    if name in ("Adam", "AdamW"):
        options["amsgrad"] = chance.random() < 0.5
        options["betas"] = chance.choice(((0.9, 0.999), (0.5, 0.9)))
    if name == "Adagrad":
        options["lr_decay"] = chance.choice((0, 0.1))
        options["initial_accumulator_value"] = chance.choice((0, 0.5))
    if chance.random() < 0.3:
        options["foreach"] = chance.choice((None, False))
    groups = [{"params": parameters[:1]}, {"params": parameters[1:], "lr": chance.random()}]
    return getattr(face.optim, name)(groups, **options), parameters


def random_schedule(face: Any, optimizer: Any, chance: random.Random, depth: int = 1) -> Any:
    """Return a random schedule of an optimizer."""
    of = face.optim.lr_scheduler
    several = chance.randrange(1, 9)
    share = chance.choice((0.1, 0.25, 0.5, 0.9, 1.0))
    can_cycle = "momentum" in optimizer.defaults or "betas" in optimizer.defaults
    makers = [
        lambda: of.StepLR(optimizer, several, share),
        lambda: of.MultiStepLR(optimizer, [several, several * 2, several * 2], share),
        lambda: of.ConstantLR(optimizer, share, several),
        lambda: of.LinearLR(optimizer, share, chance.random(), several),
        lambda: of.ExponentialLR(optimizer, share),
        lambda: of.PolynomialLR(optimizer, several + 1, share * 2),
        lambda: of.LambdaLR(optimizer, [lambda epoch: share**epoch, lambda epoch: 1 / (epoch + 1)]),
        lambda: of.MultiplicativeLR(optimizer, lambda epoch: share + epoch / 100),
        lambda: of.CosineAnnealingLR(optimizer, several, share / 100),
        lambda: of.CosineAnnealingWarmRestarts(optimizer, several, chance.randrange(1, 4)),
        lambda: of.OneCycleLR(
            optimizer, [share, share / 2], total_steps=99, pct_start=chance.random(),
            anneal_strategy=chance.choice(("cos", "linear")), three_phase=chance.random() < 0.5,
            cycle_momentum=can_cycle,
        ),
        lambda: of.CyclicLR(
            optimizer, share / 10, share, several, mode=chance.choice(
                ("triangular", "triangular2", "exp_range")
            ), gamma=0.9, cycle_momentum=can_cycle,
        ),
    ]  # fmt: skip
    if depth:
        makers += [
            lambda: of.SequentialLR(
                optimizer,
                [random_schedule(face, optimizer, chance, 0) for _ in range(2)],
                [several],
            ),
            lambda: of.ChainedScheduler(
                [random_schedule(face, optimizer, chance, 0) for _ in range(2)]
            ),
        ]
    return chance.choice(makers)()


def way(face: Any, seed: int, steps: int = 40) -> list[Any]:
    """Return the rates and the parameters along a random way, and the states at its end."""
    chance = random.Random(seed)
    face.manual_seed(seed)
    optimizer, parameters = random_optimizer(face, chance)
    schedule = random_schedule(face, optimizer, chance)
    found: list[Any] = [repr(optimizer)]
    for _ in range(steps):
        optimizer.zero_grad()
        sum(((each - 0.3) ** 2).sum() for each in parameters).backward()
        optimizer.step()
        schedule.step()
        found.append(schedule.get_last_lr())
        found.append(
            [group.get("momentum", group.get("betas")) for group in optimizer.param_groups]
        )
    found.append(schedule.state_dict())
    found.append(repr(optimizer.param_groups[0].keys()))
    found.append([value for each in parameters for value in each.flatten().tolist()])
    return found


def plain(value: Any) -> Any:
    """Return a state without what no two runs have in common."""
    if isinstance(value, dict):
        return {key: plain(each) for key, each in value.items() if key != "_scale_fn_ref"}
    return [plain(each) for each in value] if isinstance(value, list) else value


@pytest.mark.parametrize("seed", range(150))
def test_a_random_way(seed: int) -> None:
    """Every rate to the last bit; the parameters as closely as float32 has them."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        *ours, our_end = way(engine, seed)
        *theirs, their_end = way(torch, seed)
    assert plain(ours) == plain(theirs)
    # Up the gradient they go very far.
    assert our_end == pytest.approx(their_end, rel=1e-4, abs=1e-5, nan_ok=True)


@pytest.mark.parametrize("seed", range(60))
def test_a_random_plateau(seed: int) -> None:
    """Measures that get better, worse and stay."""
    found = []
    for face in (torch, engine):
        chance = random.Random(seed)
        optimizer = face.optim.SGD([face.ones(1), face.zeros(1)], lr=chance.random())
        schedule = face.optim.lr_scheduler.ReduceLROnPlateau(
            optimizer, chance.choice(("min", "max")), chance.random(), chance.randrange(4),
            chance.choice((1e-4, 0.1)), chance.choice(("rel", "abs")), chance.randrange(3),
            chance.choice((0, 0.1)), chance.choice((1e-8, 1e-3)),
        )  # fmt: skip
        for _ in range(60):
            schedule.step(chance.choice((1.0, 0.9, chance.random(), -1.0, float("nan"))))
            found.append(schedule.get_last_lr())
        found.append(repr(schedule.state_dict()))
    assert found[: len(found) // 2] == found[len(found) // 2 :]


LINES = (
    "schedule.step(); schedule.step()",
    "schedule.step(3)",
    "optimizer.step(); schedule.step()",
    "schedule.get_lr()",
    "optimizer.step = lambda: None; schedule.step()",
    "face.optim.lr_scheduler.ReduceLROnPlateau(optimizer).step(1.0, 3)",
)


@pytest.mark.parametrize("line", LINES)
def test_warnings(line: str) -> None:
    """What PyTorch warns of, in its words."""
    told = []
    for face in (torch, engine):
        optimizer = face.optim.SGD([face.ones(1)], lr=1.0)
        schedule = face.optim.lr_scheduler.StepLR(optimizer, 1)
        with warnings.catch_warnings(record=True) as given:
            warnings.simplefilter("always")
            exec(line, {"face": face, "optimizer": optimizer, "schedule": schedule})
        told.append([(each.category, str(each.message)) for each in given])
    assert told[0] == told[1]
