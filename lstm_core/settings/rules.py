"""Which values of hyperparameters go together: the rules that concern several fields at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from lstm_core.errors import InvalidValue
from lstm_core.settings import library
from lstm_core.settings.devices import Device

if TYPE_CHECKING:
    from lstm_core.settings.hyperparameters import HyperParameters

WRITTEN_OUT = ("by-hand", "separate-matrices")
"""Ways of computing that this project writes out itself, for the LSTM read forward."""

LOOPED = ("unrolled", *WRITTEN_OUT)
"""Ways of computing whose loop over the rows is this project's, so that it chooses the layout."""


def combination_rules(made: HyperParameters) -> Iterator[tuple[str, str, bool]]:
    """Every rule over several fields: the field to blame, what is allowed, and whether it is broken."""
    info = made.info
    both, lstm = made.direction == "both", made.cell == "lstm"
    shared, trainable = made.layer_weights == "shared", made.initial_state == "trainable"
    reads = made.input_projection or info.columns
    units = ", ".join(map(str, made.units))
    limit = f"at most {info.train}, the training images of {info.title}"
    yield "batch_size", limit, made.batch_size > info.train
    fitting = (
        "separate, unless every layer reads as many numbers as it has units; now the first reads "
        f"{reads} and the units are {units} (an input projection can make them equal)"
    )
    yield "layer_weights", fitting, shared and {*made.units} != {reads}
    yield "layer_weights", "separate, with two directions", shared and both
    yield "layer_weights", "separate, with a trainable initial state", shared and trainable
    yield "initial_state", "zero, with two directions", trainable and both
    yield "initial_state", "zero, except for the LSTM", trainable and not lstm
    by_keras = "auto, keras, cudnn, unrolled or whole-sequence, except for the LSTM"
    yield "computation", by_keras, made.computation in ("fused", *WRITTEN_OUT) and not lstm
    at_once = "auto, keras, cudnn or whole-sequence, with two directions"
    yield "computation", at_once, made.computation in ("fused", *LOOPED) and both
    yield "computation", "other than cudnn, on a CPU", made.computation == "cudnn" and made.device == "cpu"
    no_kernel = "other than cudnn, for a simple RNN, which cuDNN is not used for"
    yield "computation", no_kernel, made.computation == "cudnn" and made.cell == "rnn"
    looped = f"batch-major, unless computed by {', '.join(LOOPED)}"
    yield "layout", looped, made.layout == "time-major" and made.computation not in LOOPED
    from_state = made.returned == "state"
    yield "returned", "outputs, when every row is supervised", from_state and made.supervised_rows == "all"
    yield "returned", "outputs, with two directions", from_state and both
    from_file = made.initializer == "csv"
    with_file = "the weights of a CSV file, when the initialiser is csv"
    yield "initial_kernel", with_file, from_file and not made.initial_kernel
    yield "initializer", "other than csv, except for the LSTM", from_file and not lstm
    yield "initializer", "other than csv, with two directions", from_file and both
    yield (
        "initial_kernel",
        "nothing, unless the initialiser is csv",
        bool(made.initial_kernel) and not from_file,
    )


def broken_rules(made: HyperParameters) -> Mapping[str, str]:
    """By field to blame, the first rule over several fields that is broken."""
    return {field: rule for field, rule, broken in reversed([*combination_rules(made)]) if broken}


def check_device(made: HyperParameters, device: Device) -> None:
    """Raises `InvalidValue` for the first setting that ``device`` cannot do."""
    for field, rule, broken in device_rules(made, device):
        if broken:
            raise InvalidValue(field, rule, getattr(made, field))


def device_rules(made: HyperParameters, device: Device) -> Iterator[tuple[str, str, bool]]:
    """Every rule that depends on where it is trained, as `combination_rules` gives them."""
    yield "precision", "auto, float32 or bfloat16 on a CPU", made.precision == "mixed" and not device.is_gpu
    yield "precision", "auto, float32 or mixed on a GPU", made.precision == "bfloat16" and device.is_gpu
    yield "computation", "other than cudnn, on a CPU", made.computation == "cudnn" and not device.is_gpu
    on_jax = library.name() == "jax"
    fused = made.computation == "fused"
    yield "computation", "other than fused, on a GPU with TensorFlow", fused and device.is_gpu and not on_jax
    in_16_bits = made.computation == "cudnn" and made.precision == "mixed" and on_jax
    yield "precision", "auto or float32, when JAX calls cuDNN", in_16_bits
