"""Benchmarks run single-threaded, and end with a table of ratios to PyTorch where it is there.

What a library reads once, when it is loaded, has to be set before anything imports numpy or torch.
"""

import os
import sys
from collections import defaultdict

_BEFORE = "numpy" in sys.modules
_PINNED = os.environ.pop("OPENBLAS_CORETYPE", None)
for _name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_name] = "1"


def pytest_terminal_summary(terminalreporter, config):
    """Print, for every group of benchmarks, both times and the ratio of the best ones.

    Beside it stands how long numpy's matrix product alone takes, as a ratio to PyTorch's time, too.
    """
    session = getattr(config, "_benchmarksession", None)
    if session is None or not session.benchmarks:
        return
    groups = defaultdict(dict)
    for bench in session.benchmarks:
        if bench.group and bench.stats.rounds:
            groups[bench.group][bench.params["library"]] = bench.stats
    write = terminalreporter.write_line
    write("")
    if _BEFORE:
        write("numpy was imported before its threads could be limited: the ratios are not fair.")
    if _PINNED:
        write(f"OPENBLAS_CORETYPE={_PINNED} was lifted: each library chooses its own kernels.")
    write(f"{'':44} {'bundled':>10} {'PyTorch':>10}  {'ratio':>5}  product   (best of all rounds)")
    for group, stats in groups.items():
        own, other = stats.get("bundled"), stats.get("torch")
        if own is None:
            continue
        line = f"{group:44} {_shown(own.min)}"
        if other is not None:
            line += f" {_shown(other.min)}  {own.min / other.min:5.2f}"
            if "product" in stats:
                line += f"  {stats['product'].min / other.min:7.2f}"
        write(line)


def _shown(seconds):
    return f"{seconds * 1e6:7.1f} µs" if seconds < 1e-3 else f"{seconds * 1e3:7.2f} ms"
