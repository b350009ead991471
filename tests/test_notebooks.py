"""The notebooks as they are committed: whole, without outputs, for any Python 3.  .ci/run executes them."""

import json
import re
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[1] / "examples" / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))


def read(path):
    return json.loads(path.read_text("utf-8"))


def test_the_notebooks_are_numbered_from_1():
    assert [path.name[:2] for path in NOTEBOOKS] == ["1-", "2-", "3-", "4-"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
class TestNotebook:
    def test_is_valid(self, path):
        nbformat = pytest.importorskip("nbformat")
        notebook = read(path)
        assert (notebook["nbformat"], notebook["nbformat_minor"]) == (4, 5)
        nbformat.validate(notebook)

    def test_has_no_outputs(self, path):
        code = [cell for cell in read(path)["cells"] if cell["cell_type"] == "code"]
        assert code
        assert [cell["id"] for cell in code if cell["outputs"] or cell["execution_count"] is not None] == []

    def test_names_no_kernel_but_python3(self, path):
        kernel = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
        assert read(path)["metadata"] == {"kernelspec": kernel}

    def test_cells_have_names_of_their_own_and_no_metadata(self, path):
        cells = read(path)["cells"]
        names = [cell["id"] for cell in cells]
        assert [name for name in names if not re.fullmatch("[a-z]+(-[a-z]+)*", name)] == []
        assert len({*names}) == len(names)
        assert [cell["id"] for cell in cells if cell["metadata"]] == []
