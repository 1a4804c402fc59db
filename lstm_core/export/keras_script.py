"""A run as a script of its own: plain `keras` and `numpy`, no import of this project.

The script holds what its settings need and nothing else. It trains the same network on the same split of the
images; first weights, the order of the images and dropout are drawn by other generators, so it reaches the
accuracy of the run within the spread of seeds, not the same numbers. With weights that were exported from a
run it computes what the run computes.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import Any

from lstm_core.data.info import DATASETS
from lstm_core.export.script_network import network
from lstm_core.export.script_source import call, source
from lstm_core.settings.descriptions import FIELDS
from lstm_core.settings.hyperparameters import HyperParameters

COLUMNS = 100
"""The width of a script."""


def standalone_script(settings: HyperParameters) -> str:
    """Python source, at most `COLUMNS` wide, that trains and tests a network with these settings.

    Augmentation, a program of its own, is left out, and the script says so where there is one. First weights
    from a CSV file come from the file itself, which the script takes as an argument.
    """
    head = [_docstring(settings), _imports(settings), _constants(settings)]
    body = [
        *network(settings),
        _loss(settings),
        *_learning_rate(settings),
        _digits(settings),
        _probabilities(settings),
        _train(settings),
        _main(settings),
        'if __name__ == "__main__":\n    main()\n',
    ]
    return "\n\n\n".join(["\n\n".join(head), *body])


def _docstring(settings: HyperParameters) -> str:
    info, name = DATASETS[settings.dataset], settings.dataset
    units = " and ".join(map(str, settings.units)) if len(settings.units) < 3 else _shown(settings.units)
    changed = "; ".join(
        f"{field.label.lower()}: {_shown(getattr(settings, field.name))}"
        for field in FIELDS.values()
        if getattr(settings, field.name) != field.default and field.name not in _NOT_SHOWN
    )
    return source(
        f'"""{settings.cell.upper()} of {units} units that reads {info.title} row by row.',
        "",
        f"    python SCRIPT.py                               trains and tests on {_SOURCES[name]}",
        f"    {f'python SCRIPT.py {name}.npz':<47}on x_train, y_train, x_test, y_test of a file",
        f"    {f'python SCRIPT.py {name}.npz --weights run.npz':<47}tests the weights of a run",
        "",
        _wrapped(
            f"Needs NumPy{_ALSO.get(settings.dataset, '')} and Keras 3 with TensorFlow or JAX. First "
            "weights, the order of the images and dropout follow from SEED, though not as in the run this "
            "script was made from."
        ),
        (changed, "\n" + _wrapped(f"Settings: {changed}.")),
        (settings.augmentation != "none", "\n" + _wrapped(_LEFT_OUT.format(settings.augmentation))),
        (settings.initializer == "csv", "\n" + _wrapped(_CSV)),
        '"""',
    )


_NOT_SHOWN = {"dataset", "units", "cell", "augmentation", "device", "initial_kernel"}
_ALSO = {"digits": ", scikit-learn"}
_SOURCES = {"mnist": "MNIST, from Keras", "digits": "scikit-learn's digits"}
_LEFT_OUT = (
    "LEFT OUT: the run varies its training images (augmentation: {}). This script trains on the images "
    "as they are, so do not expect it to read as well as the run does."
)
_CSV = "The first layer starts from a CSV file: add --initial-kernel FILE.csv."


def _wrapped(text: str) -> str:
    return textwrap.fill(text, COLUMNS - 4, break_long_words=False, break_on_hyphens=False)


def _shown(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)


def _imports(settings: HyperParameters) -> str:
    return source(
        "import argparse",
        (settings.schedule == "one-cycle", "import math"),
        "",
        "import keras",
        "import numpy as np",
        "from keras import layers, ops",
    )


def _constants(settings: HyperParameters) -> str:
    info = DATASETS[settings.dataset]
    return source(
        f"ROWS, COLUMNS, CLASSES = {info.rows}, {info.columns}, {info.classes}",
        f"VALIDATION = {info.validation}  # images kept back for validation",
        f"UNITS = [{_shown(settings.units)}]  # of each layer, from the image up",
        (settings.input_projection, f"PROJECTION = {settings.input_projection}  # numbers made of a row"),
        (settings.input_dropout, f"INPUT_DROPOUT = {settings.input_dropout}  # 1 - input keep probability"),
        (settings.dropout, f"DROPOUT = {settings.dropout}  # 1 - output keep probability"),
        f"LEARNING_RATE = {settings.learning_rate}",
        f"BATCH_SIZE = {settings.batch_size}",
        f"STEPS = {settings.steps}",
        f"REPORT_EVERY = {settings.evaluate_every}  # steps",
        f"EVALUATION_BATCH_SIZE = {settings.evaluation_batch_size}",
        f"SEED = {settings.seed}",
    )


def _loss(settings: HyperParameters) -> str:
    class_mean, every_row = settings.loss == "class-mean", settings.supervised_rows == "all"
    computed = "keras.losses.sparse_categorical_crossentropy(labels, logits, from_logits=True)"
    over_classes = " / CLASSES" if class_mean else ""
    return source(
        "def loss(labels, logits):",
        (
            not class_mean,
            f'    """-log p of the right class{", the mean over all rows" if every_row else ""}."""',
        ),
        (class_mean, f'    """-mean(y log p) over the classes{" and rows" if every_row else ""} too."""'),
        (every_row, "    labels = ops.repeat(ops.reshape(labels, (-1, 1)), ROWS, axis=1)"),
        (every_row, f"    losses = {computed}"),
        (every_row, f"    return ops.mean(losses, axis=1){over_classes}"),
        (not every_row and not class_mean, f"    return {computed}"),
        (not every_row and class_mean, f"    losses = {computed}"),
        (not every_row and class_mean, f"    return losses{over_classes}"),
    )


def _learning_rate(settings: HyperParameters) -> Iterator[str]:
    if settings.schedule == "one-cycle":
        yield source(
            "def learning_rate(step):",
            '    """One cycle: up along a cosine over a fifth of the steps, then down to nearly 0."""',
            "    peak = max(1.0, 0.2 * STEPS)",
            "    if step < peak:",
            "        return LEARNING_RATE * (0.04 + 0.48 * (1 - math.cos(math.pi * step / peak)))",
            "    progress = (step - peak) / max(1.0, STEPS - peak)",
            "    return LEARNING_RATE * max(1e-4, 0.5 * (1 + math.cos(math.pi * progress)))",
        )


def _digits(settings: HyperParameters) -> str:
    mnist = settings.dataset == "mnist"
    return source(
        "def digits(path):",
        '    """Images in [0, 1] with their labels: to train with, to validate with, to test with."""',
        "    if path:",
        "        with np.load(path) as file:",
        '            x, y, x_test, y_test = (file[n] for n in ("x_train", "y_train", "x_test", "y_test"))',
        "    else:",
        (mnist, "        (x, y), (x_test, y_test) = keras.datasets.mnist.load_data()"),
        (not mnist, _SCIKIT_LEARN),
        '    x, x_test = x.astype("float32") / 255, x_test.astype("float32") / 255',
        '    y, y_test = y.astype("int64"), y_test.astype("int64")',
        (mnist, "    # As TensorFlow's tutorials split MNIST: the first images are for validation."),
        (mnist, "    validation, train = slice(VALIDATION), slice(VALIDATION, None)"),
        (not mnist, "    # The last of the training images are for validation."),
        (not mnist, "    validation, train = slice(-VALIDATION, None), slice(-VALIDATION)"),
        "    return (x[train], y[train]), (x[validation], y[validation]), (x_test, y_test)",
    )


_SCIKIT_LEARN = """\
        from sklearn.datasets import load_digits

        source = load_digits()
        x, y = np.rint(source.images * (255 / 16)), source.target
        x, y, x_test, y_test = x[:-300], y[:-300], x[-300:], y[-300:]"""


def _probabilities(settings: HyperParameters) -> str:
    every_row = settings.supervised_rows == "all"
    return source(
        "def probabilities(model, images):",
        f'    """Class probabilities, (images, {"rows, " if every_row else ""}classes)."""',
        "    starts = range(0, len(images), EVALUATION_BATCH_SIZE)",
        "    batches = [images[start : start + EVALUATION_BATCH_SIZE] for start in starts]",
        "    logits = np.concatenate([model.predict_on_batch(batch) for batch in batches])",
        "    return ops.convert_to_numpy(ops.softmax(logits))",
        "",
        "",
        "def accuracy(model, images, labels):",
        '    """Share of the images that are read rightly after the last row."""',
        f"    read = probabilities(model, images){'[:, -1]' if every_row else ''}.argmax(axis=-1)",
        "    return np.mean(read == labels)",
    )


def _train(settings: HyperParameters) -> str:
    name = {"adam": "Adam", "rmsprop": "RMSprop", "sgd": "SGD"}[settings.optimizer]
    optimizer = call(
        f"keras.optimizers.{name}",
        "LEARNING_RATE",
        (settings.optimizer == "sgd", f"momentum={settings.momentum}"),
        (settings.clip_norm, f"global_clipnorm={settings.clip_norm}"),
    )
    return source(
        "def train(model, images, labels, validation):",
        '    """STEPS steps; every image is seen once before any is seen again."""',
        f"    optimizer = {optimizer}",
        "    model.compile(optimizer, loss)",
        "    rng = np.random.default_rng(SEED)",
        "    order = rng.permutation(len(images))",
        "    for step in range(STEPS):",
        "        while len(order) < BATCH_SIZE:",
        "            order = np.concatenate([order, rng.permutation(len(images))])",
        "        chosen, order = order[:BATCH_SIZE], order[BATCH_SIZE:]",
        (settings.schedule == "one-cycle", "        model.optimizer.learning_rate = learning_rate(step)"),
        "        model.reset_metrics()  # so that the loss is of this batch alone",
        "        batch_loss = model.train_on_batch(images[chosen], labels[chosen])",
        "        if (step + 1) % REPORT_EVERY == 0:",
        "            right = accuracy(model, *validation)",
        '            print(f"step {step + 1}: loss {batch_loss:.4f}, validation accuracy {right:.4f}")',
    )


def _main(settings: HyperParameters) -> str:
    csv = settings.initializer == "csv"
    return source(
        "def main():",
        "    parser = argparse.ArgumentParser()",
        '    parser.add_argument("data", nargs="?", help="an .npz file with the images")',
        '    parser.add_argument("--weights", help="an .npz file of weights, to test without training")',
        (csv, '    parser.add_argument("--initial-kernel", help="the CSV file the first layer starts from")'),
        '    parser.add_argument("--predictions", help="an .npy file to write the test probabilities to")',
        "    arguments = parser.parse_args()",
        (csv, "    if not arguments.weights and not arguments.initial_kernel:"),
        (csv, '        parser.error("training needs --initial-kernel FILE.csv")'),
        "",
        "    keras.utils.set_random_seed(SEED)",
        (settings.precision == "mixed", '    keras.config.set_dtype_policy("mixed_float16")'),
        "    model = build()",
        "    training, validation, test = digits(arguments.data)",
        "    if arguments.weights:",
        "        load_weights(model, arguments.weights)",
        "    else:",
        (csv, "        start_from(model, arguments.initial_kernel)"),
        "        train(model, *training, validation)",
        '    print(f"test accuracy {accuracy(model, *test):.4f}")',
        "    if arguments.predictions:",
        "        np.save(arguments.predictions, probabilities(model, test[0]))",
    )
