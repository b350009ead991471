"""Who may import whom: the order of the layers, read from the source."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import tensorgrad

ROOT = Path(tensorgrad.__file__).parent
FILES = {".".join(path.relative_to(ROOT).with_suffix("").parts): path for path in sorted(ROOT.rglob("*.py"))}

# From the ground up; a module may import its own layer and those before it.
LAYERS = [
    ["print_options", "scalar"],  # the lecture stands on nothing but the standard library
    ["allocator", "errors", "grad_mode", "keywords", "node_names", "writes", "engine", "graph", "operation"],
    ["blocks", "devices", "dtypes", "printing", "return_types", "size", "_rounding", "twister", "generator", "threads"],
    ["ops"],
    ["conversion", "draws", "hooks", "inplace", "leaf", "tensor"],
    ["autograd", "creation", "cuda", "random"],
    ["linalg", "nn", "optim", "utils", "datasets", "serialization", "viz", "profiler"],
    ["interop"],
    ["__init__"],
    ["cli", "__main__"],
]
EXTRAS = {"matplotlib", "graphviz", "torch", "sklearn"}  # these may be absent, and are imported where they are used
RARE = {"threadpoolctl"}  # and these take long, and are asked for in few programs
STANDARD = set(sys.stdlib_module_names)


def layer(module):
    return next(i for i, names in enumerate(LAYERS) if module.split(".")[0] in names)


def imports(path):
    """(module, its name in the package or None, whether it is inside a function) of each import that runs."""
    package = path.relative_to(ROOT).parts[:-1]

    def visit(node, inside):
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            return
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, None, inside
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield node.module, None, inside
        elif isinstance(node, ast.ImportFrom):
            base = [*package[: len(package) - node.level + 1], *(node.module or "").split(".")]
            base = [part for part in base if part]
            for alias in node.names:
                # "from .. import creation" names a module, "from ..tensor import Tensor" is in one
                named = ".".join([*base, alias.name])
                own = named if named in FILES or f"{named}.__init__" in FILES else ".".join(base)
                yield own, own or "__init__", inside
        inside = inside or isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
        for child in ast.iter_child_nodes(node):
            yield from visit(child, inside)

    return list(visit(ast.parse(path.read_text("utf-8")), False))


@pytest.mark.parametrize("module", FILES)
def test_no_module_imports_from_a_layer_above_it(module):
    above = [own for _, own, _ in imports(FILES[module]) if own and layer(own) > layer(module)]
    assert above == []


@pytest.mark.parametrize("module", FILES)
def test_only_what_may_be_absent_or_is_rare_is_imported_inside_a_function(module):
    allowed = EXTRAS | RARE
    assert [name for name, _, inside in imports(FILES[module]) if inside and name.split(".")[0] not in allowed] == []


def test_every_import_inside_the_package_is_relative():
    assert [m for m, path in FILES.items() for name, _, _ in imports(path) if name.split(".")[0] == "tensorgrad"] == []


@pytest.mark.parametrize("module", [module for module in FILES if layer(module) < layer("dtypes")])
def test_the_engine_and_the_lecture_know_no_numpy(module):
    for name, own, _ in imports(FILES[module]):
        assert (own and layer(own) <= layer(module)) or name.split(".")[0] in STANDARD, name


def test_the_order_of_the_tensors_own_files():
    """``tensor`` is put together from the files it inherits from; none of them imports it."""
    for module in FILES:
        if layer(module) < layer("tensor") or module in ("conversion", "draws", "hooks", "inplace"):
            assert "tensor" not in [own for _, own, _ in imports(FILES[module])], module


def test_importing_tensorgrad_loads_nothing_slow():
    slow = {*EXTRAS, *RARE, "tqdm", "tensorgrad.cli", "argparse"}
    program = f"import sys, tensorgrad; print(sorted({slow!r} & set(sys.modules)))"
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60, cwd=ROOT.parent
    )
    assert run.stdout.strip() == "[]"


def test_files_stay_readable():
    others = (Path(__file__).parents[1] / folder for folder in ("tests", "benchmarks", "examples"))
    paths = [path for folder in (ROOT, *others) for path in folder.rglob("*.py")]
    lines = {path: len(path.read_text("utf-8").splitlines()) for path in paths}
    assert lines[ROOT / "engine.py"] + lines[ROOT / "operation.py"] <= 300
    assert Path(__file__) in lines
    assert {str(path): n for path, n in lines.items() if n > 400} == {}


def test_this_test_sees_the_imports_there_are():
    assert ("tensor", "tensor", False) in imports(FILES["nn.module"])
    assert ("creation", "creation", False) in imports(FILES["nn.linear"])
    assert ("random", "random", False) in imports(FILES["utils.data.sampler"])
    assert ("numpy", None, False) in imports(FILES["tensor"])
