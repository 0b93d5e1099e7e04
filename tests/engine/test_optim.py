"""Optimizers, with steps worked out by hand."""

import math

import pytest

from conv1d_tutor import engine as torch
from conv1d_tutor.engine import nn, optim


def learned(value, gradient):
    """Return a parameter with a gradient already there."""
    parameter = nn.Parameter(torch.tensor([value]))
    parameter.grad = torch.tensor([gradient])
    return parameter


def test_sgd():
    """Down the gradient: 1 - 0.1 * 2, and down again."""
    parameter = learned(1.0, 2.0)
    optimizer = optim.SGD([parameter], lr=0.1)
    optimizer.step()
    assert parameter.item() == pytest.approx(1 - 0.1 * 2)
    optimizer.step()
    assert parameter.item() == pytest.approx(1 - 0.1 * 2 - 0.1 * 2)


def test_momentum():
    """The second step goes 0.9 of the first one's way besides its own."""
    parameter = learned(1.0, 2.0)
    optimizer = optim.SGD([parameter], lr=0.1, momentum=0.9)
    optimizer.step()
    optimizer.step()
    assert parameter.item() == pytest.approx(1 - 0.1 * 2 - 0.1 * (0.9 * 2 + 2))
    assert optimizer.state_dict()["state"][0]["momentum_buffer"].item() == pytest.approx(3.8)


def test_nesterov():
    """It goes by its gradient and 0.9 of the way that this one adds to."""
    parameter = learned(1.0, 2.0)
    optimizer = optim.SGD([parameter], lr=0.1, momentum=0.9, nesterov=True)
    optimizer.step()
    assert parameter.item() == pytest.approx(1 - 0.1 * (2 + 0.9 * 2))


def test_weight_decay_and_maximize():
    """The parameter joins its own gradient; up is down of the opposite."""
    parameter = learned(1.0, 2.0)
    optim.SGD([parameter], lr=0.1, weight_decay=0.5, maximize=True).step()
    assert parameter.item() == pytest.approx(1 - 0.1 * (-2 + 0.5 * 1))


def test_adam():
    """The first step is lr long, whatever the gradient."""
    parameter = learned(1.0, 123.0)
    optimizer = optim.Adam([parameter], lr=0.1)
    optimizer.step()
    assert parameter.item() == pytest.approx(0.9, abs=1e-6)
    parameter.grad = torch.tensor([0.0])
    optimizer.step()
    mean = 0.9 * 0.1 * 123 / (1 - 0.9**2)
    spread = math.sqrt(0.999 * 0.001 * 123**2 / (1 - 0.999**2))
    assert parameter.item() == pytest.approx(0.9 - 0.1 * mean / spread, abs=1e-6)


def test_adam_goes_up_and_keeps_from_zero():
    """`maximize` goes the other way; `eps` stands beside the root in the denominator."""
    parameter = learned(1.0, 2.0)
    optim.Adam([parameter], lr=0.1, maximize=True, eps=2.0).step()
    assert parameter.item() == pytest.approx(1 + 0.1 * 2 / (2 + 2))


def test_amsgrad():
    """The largest square so far is kept where the present one is smaller."""
    parameter = learned(1.0, 2.0)
    optimizer = optim.Adam([parameter], lr=0.1, amsgrad=True)
    optimizer.step()
    assert parameter.item() == pytest.approx(0.9)
    parameter.grad = torch.tensor([0.0])
    optimizer.step()
    mean = 0.9 * 0.1 * 2 / (1 - 0.9**2)
    largest = 0.001 * 2**2 / (1 - 0.999**2)
    assert parameter.item() == pytest.approx(0.9 - 0.1 * mean / math.sqrt(largest))


def test_adamw_shrinks_apart_from_the_gradient():
    """Weight decay takes its share of the parameter, then Adam steps."""
    parameter = learned(1.0, 123.0)
    optim.AdamW([parameter], lr=0.1, weight_decay=0.5).step()
    assert parameter.item() == pytest.approx(1 * (1 - 0.1 * 0.5) - 0.1, abs=1e-6)


def test_groups():
    """Each group has its own hyper-parameters; what is not given is the default."""
    one, two = learned(1.0, 1.0), learned(1.0, 1.0)
    optimizer = optim.SGD([{"params": [one]}, {"params": two, "lr": 0.5}], lr=0.1)
    optimizer.step()
    assert (one.item(), two.item()) == (pytest.approx(0.9), pytest.approx(0.5))
    with pytest.raises(ValueError, match="some parameters appear in more than one parameter group"):
        optimizer.add_param_group({"params": [one]})


def test_a_parameter_without_a_gradient_stays():
    """What no gradient reached is left alone."""
    parameter = nn.Parameter(torch.ones(1))
    optim.SGD([parameter], lr=0.1).step()
    assert parameter.item() == 1


def test_zero_grad():
    """Gradients are forgotten, or set to zero."""
    parameter = learned(1.0, 2.0)
    optimizer = optim.SGD([parameter], lr=0.1)
    optimizer.zero_grad(set_to_none=False)
    assert parameter.grad.item() == 0
    optimizer.zero_grad()
    assert parameter.grad is None


def test_a_step_is_seen_by_the_graph():
    """Going back through a graph whose parameters have moved on is refused."""
    layer = nn.Linear(2, 1)
    hidden = nn.Linear(2, 2)
    loss = layer(hidden(torch.ones(1, 2))).sum()
    loss.backward(retain_graph=True)
    optim.SGD(layer.parameters(), lr=0.1).step()
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        loss.backward()


def test_closure():
    """`step` computes the loss by the closure, with gradients, and gives it."""
    parameter = nn.Parameter(torch.tensor([3.0]))
    optimizer = optim.SGD([parameter], lr=0.1)

    def closure():
        optimizer.zero_grad()
        loss = (parameter**2).sum()
        loss.backward()
        return loss

    with torch.no_grad():
        assert optimizer.step(closure).item() == 9
    assert parameter.item() == pytest.approx(3 - 0.1 * 6)


def test_state_goes_across():
    """A new optimizer goes on where a saved one was."""
    ways = []
    for saved in (False, True):
        parameter = learned(1.0, 2.0)
        optimizer = optim.Adam([parameter], lr=0.1)
        optimizer.step()
        parameter.grad = torch.tensor([-1.0])
        if saved:
            state = optimizer.state_dict()
            optimizer = optim.Adam([parameter], lr=7.0)
            optimizer.load_state_dict(state)
        optimizer.step()
        ways.append(parameter.item())
    assert ways[0] == ways[1]


def test_repr():
    """An optimizer prints its groups, sorted by name."""
    assert repr(optim.SGD([learned(1.0, 1.0)], lr=0.1)) == (
        "SGD (\n"
        "Parameter Group 0\n"
        "    dampening: 0\n"
        "    differentiable: False\n"
        "    foreach: None\n"
        "    fused: None\n"
        "    lr: 0.1\n"
        "    maximize: False\n"
        "    momentum: 0\n"
        "    nesterov: False\n"
        "    weight_decay: 0\n"
        ")"
    )


@pytest.mark.parametrize(
    ("action", "text"),
    [
        (lambda _: optim.SGD([], lr=1), "optimizer got an empty parameter list"),
        (lambda p: optim.SGD([p], lr=-1), "Invalid learning rate: -1"),
        (lambda p: optim.SGD([p], momentum=-1), "Invalid momentum value: -1"),
        (lambda p: optim.SGD([p * 2]), "can't optimize a non-leaf Tensor"),
        (
            lambda p: optim.SGD([p], nesterov=True),
            "Nesterov momentum requires a momentum and zero dampening",
        ),
        (lambda p: optim.Adam([p], betas=(1, 0.9)), "Invalid beta parameter at index 0: 1"),
    ],
)
def test_refused(action, text):
    """Wrong hyper-parameters are named as PyTorch names them."""
    with pytest.raises(ValueError, match=f"^{text}$"):
        action(learned(1.0, 1.0))


def test_schedules():
    """StepLR scales every few epochs, ExponentialLR each, MultiStepLR at its milestones."""
    for make, rates in [
        (lambda o: optim.lr_scheduler.StepLR(o, 2, 0.1), [1, 1, 0.1, 0.1, 0.01]),
        (lambda o: optim.lr_scheduler.ExponentialLR(o, 0.5), [1, 0.5, 0.25, 0.125, 0.0625]),
        (lambda o: optim.lr_scheduler.MultiStepLR(o, [1, 3], 0.1), [1, 0.1, 0.1, 0.01, 0.01]),
        (lambda o: optim.lr_scheduler.MultiStepLR(o, [1, 1], 0.1), [1, 0.01, 0.01, 0.01, 0.01]),
    ]:
        optimizer = optim.SGD([learned(1.0, 0.0)], lr=1.0)
        schedule = make(optimizer)
        seen = []
        for _ in range(5):
            seen += schedule.get_last_lr()
            optimizer.step()
            schedule.step()
        assert seen == pytest.approx(rates)


def test_a_second_schedule_starts_from_the_first_rate():
    """What the rate was before any schedule is kept in the group."""
    optimizer = optim.SGD([learned(1.0, 0.0)], lr=1.0)
    schedule = optim.lr_scheduler.StepLR(optimizer, 1, 0.1)
    optimizer.step()
    schedule.step()
    assert optim.lr_scheduler.ExponentialLR(optimizer, 0.5).base_lrs == [1.0]


def test_a_schedule_before_the_first_step_warns():
    """The order that skips the first rate is warned of."""
    schedule = optim.lr_scheduler.StepLR(optim.SGD([learned(1.0, 1.0)], lr=1.0), 2)
    with pytest.warns(UserWarning, match=r"`lr_scheduler.step\(\)` before `optimizer.step\(\)`"):
        schedule.step()


@pytest.mark.parametrize("groups", [1, 3])
def test_a_state_of_other_groups_is_refused(groups):
    """Two groups take over the state of two."""

    def made(count):
        return optim.SGD([{"params": [learned(1.0, 1.0)]} for _ in range(count)], lr=1.0)

    with pytest.raises(ValueError, match="different number of parameter groups"):
        made(2).load_state_dict(made(groups).state_dict())
