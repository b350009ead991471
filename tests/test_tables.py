"""Reading the user's files, and turning their columns into inputs."""

import errno

import numpy as np
import pytest

from tensorgrad.cli.csv_file import read_csv
from tensorgrad.cli.encoder import Encoder, find_classes
from tensorgrad.cli.errors import CommandError
from tensorgrad.cli.sources import read_npz
from tensorgrad.cli.tables import Schema, Table

PETS = """age,colour,weight,kind
3,black,4.5,cat
5,white,30,dog
4,black,5,cat
6,grey,20.5,dog
"""


@pytest.fixture
def written(tmp_path):
    """Writes a text, or arrays, to a file and gives its path."""

    def write(content, name="pets.csv", encoding="utf-8"):
        path = tmp_path / name
        if isinstance(content, dict):
            np.savez(path, **content)
        else:
            path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return path

    return write


def test_a_csv_file_is_read_by_columns(written):
    table = read_csv(written(PETS), None)
    assert table.schema == Schema(["age", "weight"], ["colour"], "kind")
    assert table.numbers.tolist() == [[3, 4.5], [5, 30], [4, 5], [6, 20.5]]
    assert [text.tolist() for text in table.texts] == [["black", "white", "black", "grey"]]
    assert table.labels.tolist() == ["cat", "dog", "cat", "dog"]


def test_the_target_may_be_any_column(written):
    table = read_csv(written(PETS), "colour")
    assert table.schema == Schema(["age", "weight"], ["kind"], "colour")
    assert table.labels.tolist() == ["black", "white", "black", "grey"]


@pytest.mark.parametrize(
    "text",
    [
        "a;b;y\n1;2;u\n3;4;v\n",
        "a\tb\ty\n1\t2\tu\n3\t4\tv\n",
        '"a","b","y"\r\n"1","2","u"\r\n"3","4","v"\r\n',
        "\ufeffa,b,y\n1,2,u\n3,4,v",
        " a , b , y \n\n 1 , 2 , u \n3,4,v\n\n",
        "b,a,y\n2,1,u\n4,3,v\n",
    ],
    ids=["semicolons", "tabs", "quotes", "mark at the start", "spaces and empty lines", "another order"],
)
def test_spellings_of_one_table(written, text):
    schema = Schema(["a", "b"], [], "y")
    table = read_csv(written(text), None, schema)
    assert table.numbers.tolist() == [[1, 2], [3, 4]]
    assert table.labels.tolist() == ["u", "v"]


def test_a_comma_in_a_quoted_name_does_not_decide_the_separator(written):
    table = read_csv(written('"size, in cm, here";y\n1;u\n2;v\n'), None)
    assert table.schema.columns == ["size, in cm, here"]


def test_names_with_underscores_are_text_and_marks_among_text_are_categories(written):
    table = read_csv(written("code,land,y\n1_2,NA,u\n3_4,DE,v\n"), None)
    assert table.schema.texts == ["code", "land"]


def test_whole_numbers_are_classes_however_they_are_written(written):
    assert read_csv(written("a,y\n1,1.0\n2,2\n3,-3e0\n"), None).labels.tolist() == ["1", "2", "-3"]


def test_a_schema_decides_what_a_column_is(written):
    schema = Schema(["b"], ["a"], "y")
    table = read_csv(written("a,b\n1,2\n3,4\n"), "y", schema, labelled=False)
    assert table.numbers.tolist() == [[2], [4]]
    assert table.texts[0].tolist() == ["1", "3"]
    assert table.labels is None


CSV_FAULTS = {
    "": "is empty, or its first line is: it must hold the names of the columns",
    "\n": "is empty, or its first line is: it must hold the names of the columns",
    "a,y\n": "holds a header only, and no rows of data",
    "Once upon a time\nthere was a king\n": "is no CSV file with features and a label: its first line must name two "
    "columns or more, with ',', ';' or a tab between them, but is 'Once upon a time'",
    "Once, long ago\nthere was a king\n": ": line 2 has 1 cell, but the header names 2 columns",
    "a,b,y\n1,2,u\n3,4\n": ": line 3 has 2 cells, but the header names 3 columns",
    "a,b,y\n1,,u\n": ": line 2, column 'b' is empty: fill in the value or remove the line",
    "a,b,y\n1,2,\n": ": line 2, column 'y' is empty: fill in the value or remove the line",
    "a,y\n1,u\n\nnan,v\n": ": line 4, column 'a' holds 'nan', which is no finite number: "
    "fill in the value or remove the line",
    "a,y\n1,u\n-inf,v\n": ": line 3, column 'a' holds '-inf', which is no finite number: "
    "fill in the value or remove the line",
    "a,y\n1,u\nN/A,v\n": ": line 3, column 'a' holds 'N/A', which is no finite number: "
    "fill in the value or remove the line",
    "a;y\n1,5;u\n2,5;v\n": ": column 'a' holds numbers with commas, such as '1,5': write them with a point and "
    "without thousands separators",
    "a,a,y\n1,2,u\n": ": the header names the column 'a' twice: rename or remove one",
    ",a,y\n0,1,u\n": ": column 1 has no name in the header: name it or remove it",
    "1,2\n3,4\n": " has no header: its first line must name the columns, but holds numbers only",
    'a,y\n"1,u\n2,v\n': " is no CSV file: unexpected end of data, at or after line 3",
    "a,y\n1,0.5\n2,1.5\n": ": the target 'y' holds real numbers such as 0.5, but this command learns classes, which "
    "must be text or whole numbers",
    b"a,y\n\xff\xfe,u\n": " is no CSV file in UTF-8: save the table as CSV in UTF-8",
    b"PK\x00\x01\n\x00": " is no CSV file: it holds binary data",
}


@pytest.mark.parametrize(("content", "sentence"), CSV_FAULTS.items(), ids=range(len(CSV_FAULTS)))
def test_what_is_wrong_with_a_csv_file_is_said(written, content, sentence):
    path = written(content)
    with pytest.raises(CommandError) as caught:
        read_csv(path, None)
    assert str(caught.value) == str(path) + ("" if sentence[0] in ": " else " ") + sentence


def test_a_target_that_is_not_there_is_said(written):
    path = written(PETS)
    with pytest.raises(CommandError) as caught:
        read_csv(path, "price")
    assert str(caught.value) == (
        f"{path} has no column 'price' for the labels; its columns are age, colour, weight, kind"
    )


def test_columns_that_do_not_fit_a_schema_are_said(written):
    path = written("a,c,y\n1,2,u\n")
    with pytest.raises(CommandError) as caught:
        read_csv(path, "y", Schema(["a", "b"], [], "y"))
    assert str(caught.value) == (
        f"{path} does not fit the model, which was trained on the columns a, b: it lacks b and has also c"
    )
    with pytest.raises(CommandError) as caught:
        read_csv(written("a,b,y\n1,2,u\n1,two,v\n"), "y", Schema(["a", "b"], [], "y"))
    assert str(caught.value) == f"{path}: line 3, column 'b' holds 'two', but the model was trained on numbers there"


def test_arrays_are_read_whatever_the_features_are_called(written):
    pictures = np.arange(24, dtype=np.uint8).reshape(4, 2, 3)
    for arrays in ({"x": pictures, "z": pictures}, {"X": pictures}, {"images": pictures}):
        table = read_npz(written({**arrays, "y": np.array([0, 1, 0, 1])}, "a.npz"), None)
        assert table.numbers.tolist() == pictures.reshape(4, 6).tolist()
        assert table.pooled
        assert table.labels.tolist() == ["0", "1", "0", "1"]
    table = read_npz(written({"x": np.zeros(3), "kind": np.array([["b"], ["a"], ["b"]])}, "a.npz"), "kind")
    assert table.numbers.shape == (3, 1)
    assert not table.pooled
    assert table.labels.tolist() == ["b", "a", "b"]


NPZ_FAULTS = [
    ({"y": [0, 1]}, " must hold the features in an array x or X and the labels in an array y, but holds y"),
    ({}, " must hold the features in an array x or X and the labels in an array y, but holds nothing"),
    ({"x": [[1.0]]}, " must hold the features in an array x or X and the labels in an array y, but holds x"),
    (
        {"a": [1], "b": [1], "y": [0]},
        " must hold the features in an array x or X and the labels in an array y, but holds a, b, y",
    ),
    (
        {"x": np.zeros((3, 2)), "y": [0, 1]},
        ": the array y must hold one label for each of the 3 rows of features, but has the shape (2,)",
    ),
    (
        {"x": np.zeros((2, 2)), "y": np.eye(2)},
        ": the array y must hold one label for each of the 2 rows of features, but has the shape (2, 2)",
    ),
    ({"x": [[1, np.nan]], "y": [0]}, ": x[0, 1] is nan, but every value must be a finite number"),
    ({"x": [[1, 2]], "y": [np.inf]}, ": y[0] is inf, but every value must be a finite number"),
    ({"x": ["a"], "y": [0]}, ": the array x must hold numbers, but is of dtype <U1"),
    ({"x": [1j], "y": [0]}, ": the array x must hold numbers, but is of dtype complex128"),
    ({"x": 1.0, "y": [0]}, ": the array x must hold rows of features, but has the shape ()"),
    ({"x": np.zeros((0, 3)), "y": []}, ": the array x must hold rows of features, but has the shape (0, 3)"),
    (
        {"x": [1, 2], "y": [0.25, 1]},
        ": the target 'y' holds real numbers such as 0.25, but this command learns classes, which must be text or "
        "whole numbers",
    ),
]


@pytest.mark.parametrize(("arrays", "sentence"), NPZ_FAULTS, ids=range(len(NPZ_FAULTS)))
def test_what_is_wrong_with_arrays_is_said(written, arrays, sentence):
    path = written(arrays, "a.npz")
    with pytest.raises(CommandError) as caught:
        read_npz(path, None)
    assert str(caught.value) == str(path) + sentence


def test_a_file_that_is_no_archive_of_arrays_is_said(written, tmp_path):
    objects = tmp_path / "objects.npz"
    np.savez(objects, x=np.array([None, {}], dtype=object), y=np.array([0, 1]))
    whole = written({"x": np.arange(500.0), "y": np.arange(500)}, "a.npz").read_bytes()
    contents = [b"", b"text", b"PK\x03\x04 and no more", whole[: len(whole) // 2], whole[:100] + b"!" + whole[101:]]
    for path in [objects, *(written(content, f"{place}.npz") for place, content in enumerate(contents))]:
        with pytest.raises(CommandError) as caught:
            read_npz(path, None)
        assert str(caught.value) == (f"{path} is no .npz file of plain arrays, or is damaged: write it with np.savez")
    with open(tmp_path / "single.npz", "wb") as file:
        np.save(file, np.zeros(3))
    with pytest.raises(CommandError) as caught:
        read_npz(tmp_path / "single.npz", None)
    assert str(caught.value) == (
        f"{tmp_path / 'single.npz'} holds a single array: write features and labels to it with np.savez"
    )


def test_a_file_that_cannot_be_opened_is_said(tmp_path, monkeypatch):
    with pytest.raises(CommandError, match="cannot be read: "):
        read_csv(tmp_path, None)

    def refused(*values, **options):
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr("builtins.open", refused)
    with pytest.raises(CommandError) as caught:
        read_npz(tmp_path / "a.npz", None)
    assert str(caught.value) == f"{tmp_path / 'a.npz'} cannot be read: Permission denied"


def table(numbers, texts=(), pooled=False):
    numbers = np.array(numbers, dtype=float)
    schema = Schema([f"n{i}" for i in range(numbers.shape[1])], [f"t{i}" for i in range(len(texts))], "y")
    return Table(schema, numbers, [np.array(text, dtype=object) for text in texts], None, pooled, "data.csv")


def test_numbers_are_standardised_with_the_statistics_of_the_training_rows():
    encoder = Encoder.fit(table([[1, 0.1, 5], [3, 0.1, 5], [5, 0.1, 5]]), ["u", "v"])
    assert encoder.mean.tolist() == pytest.approx([3, 0.1, 5])
    assert encoder.deviation.tolist() == pytest.approx([np.sqrt(8 / 3), 1, 1])
    features = encoder.features(table([[3, 0.1, 7]]), np.dtype("float64"))
    np.testing.assert_allclose(features, [[0, 0, 2]], atol=1e-15)


def test_pixels_are_standardised_alike():
    encoder = Encoder.fit(table([[0, 1], [0, 3]], pooled=True), ["u", "v"])
    assert encoder.mean.tolist() == [1, 1]
    assert encoder.deviation.tolist() == pytest.approx([np.sqrt(1.5)] * 2)


def test_categories_become_one_hot_and_an_unknown_one_zeros():
    encoder = Encoder.fit(table([[0], [2]], [["red", "blue"], ["s", "s"]]), ["u", "v"])
    assert encoder.width == 4
    features = encoder.features(
        table([[2], [0], [1]], [["blue", "red", "green"], ["s", "m", "s"]]), np.dtype("float32")
    )
    assert features.dtype == np.float32
    assert features.tolist() == [[1, 1, 0, 1], [-1, 0, 1, 0], [0, 0, 0, 1]]


def test_an_encoder_comes_back_from_its_state():
    encoder = Encoder.fit(table([[0], [2]], [["red", "blue"]]), ["u", "v"])
    again = Encoder.from_state(encoder.state())
    assert again.state().keys() == encoder.state().keys()
    assert (again.schema, again.categories, again.classes) == (encoder.schema, encoder.categories, encoder.classes)
    assert again.mean.tolist() == encoder.mean.tolist()
    assert again.deviation.tolist() == encoder.deviation.tolist()


@pytest.mark.parametrize(("rows", "texts", "most"), [(3000, 1001, "1,000"), (80, 41, "40"), (21, 21, "20")])
def test_too_many_categories_are_said(rows, texts, most):
    names = [f"name {i % texts:04}" for i in range(rows)]
    with pytest.raises(CommandError) as caught:
        Encoder.fit(table(np.zeros((rows, 1)), [names]), ["u", "v"])
    assert str(caught.value) == (
        f"data.csv: column 't0' holds {texts:,} different texts such as 'name 0000' in {rows:,} training rows, but a "
        f"categorical column may hold {most} there at most: group them or remove the column from the file"
    )
    names = [f"name {i % (texts - 1):04}" for i in range(rows)]
    assert Encoder.fit(table(np.zeros((rows, 1)), [names]), ["u", "v"]).width == texts


def test_columns_that_count_the_rows_are_found():
    count = np.arange(30)
    mixed = np.random.default_rng(0).permutation(30)
    halves, years, twice = count / 2, count + 1990, np.where(count == 5, 6, count)
    columns = [count, mixed + 1, halves, years, twice, -count]
    assert table(np.stack(columns, axis=1)).counters() == ["n0", "n1"]
    assert table(np.arange(20)[:, None]).counters() == []


def test_a_column_of_numbers_too_close_to_tell_their_deviation_is_constant():
    encoder = Encoder.fit(table([[1e-320], [2e-320], [3e-320]]), ["u", "v"])
    assert encoder.deviation.tolist() == [1]


def test_numbers_too_large_to_be_encoded_are_said():
    with np.errstate(over="ignore"), pytest.raises(CommandError) as caught:
        Encoder.fit(table([[1, 1e300], [2, -1e300]]), ["u", "v"])
    assert str(caught.value) == (
        "data.csv: column 'n1' holds numbers too large to compute with: divide them by a constant"
    )


def test_classes_are_sorted_as_numbers_or_as_text():
    assert find_classes(np.array(["10", "9", "-1"] * 2), "d", "y") == ["-1", "9", "10"]
    assert find_classes(np.array(["10", "9", "b"] * 2), "d", "y") == ["10", "9", "b"]


def test_too_few_or_too_many_classes_are_said():
    with pytest.raises(CommandError) as caught:
        find_classes(np.array(["a"] * 5), "data.csv", "y")
    assert str(caught.value) == "data.csv: the target 'y' holds one class only, 'a', but needs two or more"
    with pytest.raises(CommandError) as caught:
        find_classes(np.array(["1", "2", "3", "3"]), "data.csv", "y")
    assert str(caught.value) == (
        "data.csv: the target 'y' holds 3 classes in 4 rows, but a class needs two rows or more on average: is it the "
        "right column?"
    )
