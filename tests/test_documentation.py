"""Every public name says what it is, its examples run, and so do those of the Markdown pages."""

import importlib
import inspect
import re
from pathlib import Path

import pytest

import tensorgrad as tg

ROOT = Path(__file__).parents[1]
MODULES = [
    "", ".autograd", ".interop", ".linalg", ".nn", ".nn.functional", ".nn.init", ".nn.utils", ".optim",
    ".optim.lr_scheduler", ".scalar", ".utils", ".utils.data", ".datasets", ".viz", ".cli",
]  # fmt: skip
PAGES = [
    page for page in (ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted(ROOT.glob("docs/**/*.md"))) if page.exists()
]


def ours(x):
    return (inspect.isclass(x) or inspect.isroutine(x)) and (getattr(x, "__module__", None) or "").startswith(
        "tensorgrad"
    )


def public():
    """Functions, classes and their methods, by the name that a user would write; each object once."""
    found = {}
    for end in MODULES:
        module = importlib.import_module("tensorgrad" + end)
        for name, x in vars(module).items():
            if not name.startswith("_") and ours(x):
                found.setdefault(id(x), (f"{module.__name__}.{name}", x))
                if inspect.isclass(x):
                    for method, y in members(x):
                        found.setdefault(id(y), (f"{module.__name__}.{name}.{method}", y))
    return dict(found.values())


def members(kind):
    for name in dir(kind):
        x = inspect.getattr_static(kind, name)
        x = x.__func__ if isinstance(x, (staticmethod, classmethod)) else x.fget if isinstance(x, property) else x
        if not name.startswith("_") and ours(x):
            yield name, x


PUBLIC = public()


@pytest.mark.parametrize("module", MODULES)
def test_modules_say_what_they_are(module):
    assert importlib.import_module("tensorgrad" + module).__doc__


def test_every_public_name_has_a_docstring():
    assert len(PUBLIC) > 150
    assert [name for name, x in PUBLIC.items() if not (x.__doc__ or "").strip()] == []


def test_docstrings_begin_with_a_sentence():
    first = {name: inspect.cleandoc(x.__doc__ or "").split("\n\n")[0] for name, x in PUBLIC.items()}
    assert [
        name for name, paragraph in first.items() if "." not in paragraph or paragraph.startswith(("Args:", ">>>"))
    ] == []


def test_what_lists_arguments_shows_an_example():
    """Of functions and classes; a method may leave it to its class."""
    silent = [
        name
        for name, x in PUBLIC.items()
        if "Args:" in (x.__doc__ or "") and ">>>" not in x.__doc__ and (inspect.isclass(x) or "." not in x.__qualname__)
    ]
    assert silent == []


def test_arguments_that_are_listed_exist():
    wrong, seen = [], 0
    for name, x in PUBLIC.items():
        section = re.search(r"^( *)Args:\n((?:\1    .*\n|\n)+)", inspect.cleandoc(x.__doc__ or "") + "\n", re.M)
        if section:
            listed = re.findall(r"^    (\w+):", section[2], re.M)
            real = [p.lstrip("*") for p in inspect.signature(x).parameters]
            seen += len(listed)
            wrong += [f"{name}({argument})" for argument in listed if argument not in real]
    assert seen > 100
    assert wrong == []


def test_public_signatures_are_annotated():
    bare = []
    for name, x in PUBLIC.items():
        function = vars(x).get("__init__") if inspect.isclass(x) else x
        if not inspect.isfunction(function):
            continue
        signature = inspect.signature(function)
        parameters = [p for p in signature.parameters.values() if p.name not in ("self", "cls")]
        if any(p.annotation is p.empty for p in parameters) or signature.return_annotation is signature.empty:
            bare.append(name)
    assert bare == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_python_in_a_page_runs(page, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    namespace = {"__name__": "page"}
    text = page.read_text("utf-8")
    for block in re.finditer(r"^```python\n(.*?)^```", text, re.M | re.S):
        line = text[: block.start(1)].count("\n")
        try:
            exec(compile("\n" * line + block[1], page, "exec"), namespace)
        except ImportError as error:
            if (error.name or "").split(".")[0] not in ("torch", "matplotlib", "graphviz", "sklearn"):
                raise
            pytest.skip(f"{error.name} is not installed")


def test_the_public_names_are_those_of_torch():
    torch = pytest.importorskip("torch")
    names = {name for name, x in vars(tg).items() if not name.startswith("_") and ours(x)}
    assert {name for name in names if not hasattr(torch, name)} == {"profile"}  # torch.profiler.profile
