"""Command lines that cannot be run, and the sentence that each is answered with."""

import math

import tensorgrad as tg

COMMANDS = (
    "tensorgrad train or tensorgrad predict or tensorgrad lecture or tensorgrad compare, with --help to learn more"
)
# In a folder with pets.csv, whose columns are weight, colour and kind; {weight} is its first weight.
WRONG_OPTIONS = [
    ("", f"tensorgrad: say what to do: {COMMANDS}"),
    ("test --data digits", f"tensorgrad: there is no command 'test'; say what to do: {COMMANDS}"),
    ("--epochs 3", f"tensorgrad: there is no command '--epochs'; say what to do: {COMMANDS}"),
    ("train --epoch 3", "tensorgrad train: there is no option --epoch"),
    ("train --epochs", "tensorgrad train: argument --epochs: expected one argument"),
    ("train --epochs -1", "tensorgrad train: argument --epochs: must be a whole number of at least 0, but got '-1'"),
    (
        "train --batch-size 0",
        "tensorgrad train: argument --batch-size: must be a whole number of at least 1, but got '0'",
    ),
    ("train --seed 1.5", "tensorgrad train: argument --seed: must be a whole number of at least 0, but got '1.5'"),
    (
        "train --seed 9223372036854775808",
        "tensorgrad train: argument --seed: must be 9000000000000000000 at most, but got 9223372036854775808",
    ),
    (
        "train --epochs " + "9" * 5000,
        f"tensorgrad train: argument --epochs: must be 9000000000000000000 at most, but got {'9' * 40}...",
    ),
    (
        "train --hidden 10000000000",
        "tensorgrad train: argument --hidden: must be whole numbers from 1 to 1000000000 with commas between them, as "
        "in 128,64, but got '10000000000'",
    ),
    ("train --lr -0.1", "tensorgrad train: argument --lr: must be a number of at least 0, but got '-0.1'"),
    ("train --lr fast", "tensorgrad train: argument --lr: must be a number of at least 0, but got 'fast'"),
    ("train --momentum nan", "tensorgrad train: argument --momentum: must be a number of at least 0, but got 'nan'"),
    (
        "train --weight-decay inf",
        "tensorgrad train: argument --weight-decay: must be a number of at least 0, but got 'inf'",
    ),
    (
        "train --hidden 8,0",
        "tensorgrad train: argument --hidden: must be whole numbers from 1 to 1000000000 with commas between them, as "
        "in 128,64, but got '8,0'",
    ),
    (
        "train --hidden 8,",
        "tensorgrad train: argument --hidden: must be whole numbers from 1 to 1000000000 with commas between them, as "
        "in 128,64, but got '8,'",
    ),
    (
        "train --activation gelu",
        "tensorgrad train: argument --activation: must be relu, tanh or sigmoid, but got 'gelu'",
    ),
    ("train --dtype int8", "tensorgrad train: argument --dtype: must be float32 or float64, but got 'int8'"),
    (
        "train --device cuda",
        "tensorgrad train: argument --device: must be cpu, the only device there is, since NumPy does the work, but "
        "got 'cuda'",
    ),
    (
        "train --data mnist",
        "tensorgrad train: --data mnist needs --root DIR, the folder that holds MNIST's four IDX files",
    ),
    (
        "train --data mnist --root none",
        "tensorgrad train: mnist needs the folder that holds the IDX files, but none is not a folder",
    ),
    ("train --root .", "tensorgrad train: --root goes with --data mnist only, but the data is digits"),
    ("train --target y", "tensorgrad train: --target goes with a .csv or .npz file only, but the data is digits"),
    (
        "train --data notes.txt",
        "tensorgrad train: --data notes.txt: must be digits, moons, spirals, mnist, or a file whose name ends in .csv "
        "or .npz",
    ),
    ("train --data no.csv", "tensorgrad train: --data no.csv: there is no such file"),
    ("train --save no/m", "tensorgrad train: --save no/m: there is no folder no"),
    ("train --plot no/p.png", "tensorgrad train: --plot no/p.png: there is no folder no"),
    ("train --save .", "tensorgrad train: --save .: is a folder, name a file"),
    ("train --plot p.txt", "tensorgrad train: --plot p.txt: the name must end in .png, .pdf or .svg"),
    (
        "train --data pets.csv --save pets.csv",
        "tensorgrad train: --save pets.csv would overwrite another file of this run: choose another name",
    ),
    (
        "train --save a.png --plot ./a.png",
        "tensorgrad train: --plot ./a.png would overwrite another file of this run: choose another name",
    ),
    ("train --load no", "tensorgrad train: no cannot be read: No such file or directory"),
    ("predict no --data digits", "tensorgrad predict: no cannot be read: No such file or directory"),
    ("predict no", "tensorgrad predict: the following arguments are required: --data"),
    (
        "train --data pets.csv --target price",
        "tensorgrad train: pets.csv has no column 'price' for the labels; its columns are weight, colour, kind",
    ),
    (
        "train --data pets.csv --target weight",
        "tensorgrad train: pets.csv: the target 'weight' holds real numbers such as {weight}, but this command learns "
        "classes, which must be text or whole numbers",
    ),
]

# As above, with m, a model of pets.csv; other, a bare state_dict; damaged, a model without most of its weights;
# birds.csv, with another class; unlabelled.csv, without kind. What ends in ": " or "(" goes on.
MISFITS = [
    (
        "train --load m --hidden 9",
        "train: --hidden 9 does not fit the loaded model, which was made with --hidden 8: leave it out",
    ),
    (
        "train --load m --activation tanh",
        "train: --activation tanh does not fit the loaded model, which was made with --activation relu: leave it out",
    ),
    (
        "train --load m --seed 4",
        "train: --seed 4 does not fit the loaded model, which was made with --seed 0: leave it out",
    ),
    (
        "train --load m --target colour",
        "train: --target colour does not fit the loaded model, which was made with --target kind: leave it out",
    ),
    (
        "train --load m --data moons",
        "train: moons does not fit the model, which was trained on the columns weight, colour: it lacks weight, colour "
        "and has also x0, x1",
    ),
    (
        "predict m --data digits",
        "predict: digits does not fit the model, which was trained on the columns weight, colour: it lacks weight, "
        "colour and has also x0, x1, x2, x3, x4, x5, x6, x7, ... (64 in all)",
    ),
    (
        "train --load m --data birds.csv",
        "train: birds.csv does not fit the loaded model: its target 'kind' holds owl, but the model knows the "
        "classes c, d",
    ),
    (
        "train --load m --data unlabelled.csv",
        "train: unlabelled.csv has no column 'kind' for the labels; its columns are weight, colour",
    ),
    (
        "train --load m --plot m",
        "train: --plot m: the name must end in .png, .pdf or .svg",
    ),
    ("predict m --data pets.csv --output no/p.csv", "predict: --output no/p.csv: there is no folder no"),
    (
        "predict m --data pets.csv --output pets.csv",
        "predict: --output pets.csv would overwrite another file of this run: choose another name",
    ),
    (
        "predict m --data pets.csv --output ./m",
        "predict: --output ./m would overwrite another file of this run: choose another name",
    ),
    (
        "predict pets.csv --data digits",
        "predict: pets.csv is not a safetensors file, or is damaged: ",
    ),
    (
        "predict other --data digits",
        "predict: other is no model that tensorgrad train saved: its settings are not in it",
    ),
    (
        "train --load damaged",
        "train: damaged is damaged: its parts do not fit together (Error(s) in loading state_dict for MLP: ",
    ),
]

# What is changed in a saved model, and what is said of it.
TAMPERED = [
    ("settings", "lr", math.nan, "the setting lr is nan"),
    ("settings", "lr", "fast", "the setting lr is 'fast'"),
    ("settings", "batch_size", 0, "the setting batch_size is 0"),
    ("settings", "dtype", "int8", "the setting dtype is 'int8'"),
    ("settings", "hidden", "88", "the setting hidden is '88'"),
    ("settings", "data", 3, "the setting data is 3"),
    ("settings", "seed", "q", "the setting seed is 'q'"),
    ("encoder", "numbers", ["weight", "height"], "the columns are not described as they should be"),
    ("encoder", "mean", tg.zeros(1, 1), "the columns are not described as they should be"),
    ("encoder", "deviation", tg.ones(2), "the columns are not described as they should be"),
    ("encoder", "categories", [], "the columns are not described as they should be"),
    ("encoder", "classes", [1, 2], "the columns are not described as they should be"),
    ("encoder", "target", None, "the columns are not described as they should be"),
]
