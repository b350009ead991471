"""What the numbers depend on: the machine and the versions."""

from __future__ import annotations

import os
import platform
import subprocess
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import numpy as np

from .peers import PEERS


def machine() -> dict[str, str]:
    """The date, the processor, and who was there in which version."""
    blas = np.show_config(mode="dicts")["Build Dependencies"]["blas"]
    versions = {}
    for package in dict.fromkeys(("numpy", *(peer.package for peer in PEERS.values()), "micrograd")):
        try:
            versions[package] = version(package)
        except PackageNotFoundError:
            continue
    versions["numpy"] += f" with {blas['name']} {blas['version']}"
    return {
        "date": date.today().isoformat(),
        "processor": f"{_processor()}, {os.cpu_count()} cores",
        "python": f"{platform.python_version()} on {platform.system()}",
        **versions,
    }


def _processor() -> str:
    """The name of the processor, where the system says it."""
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        for line in cpuinfo.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    if platform.system() == "Darwin":
        return subprocess.check_output(["sysctl", "-n", "machdep.cpu.brand_string"], text=True).strip()
    return platform.processor() or platform.machine()
