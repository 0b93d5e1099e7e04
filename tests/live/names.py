"""Write down the public names that PyTorch has: `python -m tests.live.names`.

The bundled engine reads them when it is asked for a name that it lacks, to tell PyTorch's names
from typing errors.
"""

import importlib
import pkgutil
import textwrap
import warnings
from pathlib import Path
from types import ModuleType
from typing import Any

import torch

from conv1d_tutor.engine.core import missing

NAMES = Path(missing.__file__).with_name("pytorch_names.txt")

MODULES = (
    "torch accelerator amp autograd autograd.forward_ad autograd.function autograd.functional "
    "autograd.grad_mode autograd.gradcheck autograd.graph autograd.profiler autograd.variable "
    "backends backends.cpu backends.cuda backends.cudnn backends.mkl backends.mkldnn backends.mps "
    "backends.openmp backends.opt_einsum backends.quantized compiler cpu cpu.amp cuda cuda.amp "
    "cuda.memory cuda.random distributed distributions distributions.categorical "
    "distributions.kl distributions.normal export fft func functional futures fx hub jit library "
    "linalg masked mps mtia multiprocessing nested nn nn.attention nn.functional nn.init "
    "nn.modules nn.modules.activation nn.modules.batchnorm nn.modules.container nn.modules.conv "
    "nn.modules.dropout nn.modules.flatten nn.modules.instancenorm nn.modules.linear "
    "nn.modules.loss nn.modules.module nn.modules.normalization nn.modules.padding "
    "nn.modules.pooling nn.modules.rnn nn.modules.sparse nn.modules.upsampling nn.modules.utils "
    "nn.parallel nn.parameter nn.utils nn.utils.clip_grad nn.utils.convert_parameters "
    "nn.utils.parametrizations nn.utils.parametrize nn.utils.prune nn.utils.rnn "
    "nn.utils.stateless nn.utils.weight_norm onnx optim optim.adam optim.adamw optim.lr_scheduler "
    "optim.optimizer optim.sgd optim.swa_utils overrides package profiler quantization "
    "quasirandom random return_types serialization signal signal.windows sparse special storage "
    "testing types utils utils.checkpoint utils.collect_env utils.cpp_extension utils.data "
    "utils.data.dataloader utils.data.dataset utils.data.distributed utils.data.sampler "
    "utils.dlpack utils.hooks utils.mobile_optimizer utils.model_zoo version xpu"
).split()
"""The modules that PyTorch's documentation has pages of, and those where its classes are."""

PACKAGES = ("autograd", "nn.modules", "nn.utils", "optim", "utils.data")
"""Those of which all modules are listed."""

CLASSES: dict[str, Any] = {
    "Tensor": torch.Tensor,
    "Module": torch.nn.Module,
    "Optimizer": torch.optim.Optimizer,
    "LRScheduler": torch.optim.lr_scheduler.LRScheduler,
    "Generator": torch.Generator,
    "device": torch.device,
    "dtype": torch.dtype,
    "Node": torch.autograd.graph.Node,
    "UntypedStorage": torch.UntypedStorage,
}


def module_named(name: str) -> ModuleType:
    """Return a module of PyTorch's by the name that it has behind `torch.`."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return importlib.import_module("torch" if name == "torch" else f"torch.{name}")


def names_of(owner: Any) -> list[str]:
    """Return what a module or a class has, with the modules and packages that lie in its folder."""
    names = {name for name in dir(owner) if not name.startswith("_")}
    if isinstance(owner, torch.backends.PropModule):  # its switches are those of a class of its own
        names |= {name for each in (type(owner), owner.m) for name in dir(each) if name[0] != "_"}
    for folder in getattr(owner, "__path__", ()):
        for entry in Path(folder).iterdir():
            name = entry.stem if entry.suffix == ".py" else entry.name
            is_module = entry.suffix == ".py" or (entry / "__init__.py").exists()
            if is_module and not name.startswith("_"):
                names.add(name)
    return sorted(names)


def written() -> str:
    """Return the text of the file of names."""
    inside = [
        f"{package}.{each.name}"
        for package in PACKAGES
        for each in pkgutil.iter_modules(module_named(package).__path__)
        if not each.name.startswith("_")
    ]
    owners = {
        name if name == "torch" else f"torch.{name}": module_named(name)
        for name in dict.fromkeys([*MODULES, *inside])
    } | CLASSES
    version = torch.__version__.partition("+")[0]
    parts = [
        f"# The public names of PyTorch {version}, so that a missing one can be told from a typing "
        "error.\n# Written by `python -m tests.live.names`.\n"
    ]
    for name, owner in owners.items():
        text = textwrap.fill(" ".join(names_of(owner)), 100, break_on_hyphens=False)
        parts.append(f"[{name}]\n{text}\n")
    return "".join(parts)


if __name__ == "__main__":
    NAMES.write_text(written(), encoding="utf-8")
