"""What a training run is asked to do: one frozen, validated value.

Each field stands once, with its bounds, label, unit and help text; the form on the page and the
command line are made from it.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from lstm_core.data.info import DATASETS, DatasetInfo
from lstm_core.errors import InvalidValue
from lstm_core.reading.weights import MAX_LAYERS as MAX_LAYERS
from lstm_core.reading.weights import MAX_UNITS as MAX_UNITS
from lstm_core.settings.fine_tuning import FineTuning

MAX_STEPS = 1_000_000

Units = Annotated[int, Field(ge=1, le=MAX_UNITS)]


def _about(label: str, unit: str = "", *, shapes_result: bool = True, live: bool = False) -> Any:
    return {"label": label, "unit": unit, "shapes_result": shapes_result, "live": live}


class HyperParameters(BaseModel):
    """Everything a run depends on. Make one with `validation.hyperparameters`."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    dataset: str = Field(
        "mnist",
        max_length=40,
        description="What to learn from: MNIST (28 rows of 28 pixels, 55,000 training images), the "
        "UCI digits that come with the project (8 rows of 8 pixels, 1,297 training images), or a data set of "
        "your own.",
        json_schema_extra=_about("Dataset"),
    )
    own_data: DatasetInfo | None = Field(
        None,
        description="What is known of a data set of one's own, so that everything can be told of a run also "
        "when the data set is gone, or another one has its name. Filled in when settings are validated.",
        exclude_if=lambda value: value is None,
    )
    fine_tuning: FineTuning | None = Field(
        None,
        description="Whose weights the training starts from, and which drawings it learns; "
        "made by `teach` and `go_on`.",
        exclude_if=lambda value: value is None,
    )
    units: tuple[Units, ...] = Field(
        (256, 256),
        min_length=1,
        max_length=MAX_LAYERS,
        description="Units of each LSTM layer, bottom to top. More units remember more and train "
        "slower: time grows with the square of the units.",
        json_schema_extra=_about("Layers", "units per layer"),
    )
    cell: Literal["lstm", "gru", "rnn"] = Field(
        "lstm",
        description="What every layer is made of: LSTM (Hochreiter & Schmidhuber, 1997), GRU (Cho et al., "
        "2014), or the simple RNN (Elman, 1990) that forgets soonest.",
        json_schema_extra=_about("Cell"),
    )
    direction: Literal["forward", "both"] = Field(
        "forward",
        description="`forward` reads from the top row down. `both` reads from the bottom up as well "
        "(Schuster & Paliwal, 1997); what it says at a row then knows the rows below.",
        json_schema_extra=_about("Direction"),
    )
    layer_weights: Literal["separate", "shared"] = Field(
        "separate",
        description="`separate`: every layer learns its own weights. `shared`: one set serves all layers, "
        "the mistake `[cell] * n` makes; every layer must then read as many numbers as it has units.",
        json_schema_extra=_about("Weights of the layers"),
    )
    input_projection: int = Field(
        0,
        ge=0,
        le=MAX_UNITS,
        description="Numbers that a fully connected layer makes of every row before the first cell; 0 "
        "feeds the pixels as they are.",
        json_schema_extra=_about("Input projection", "numbers"),
    )
    initial_state: Literal["zero", "trainable"] = Field(
        "zero",
        description="What the cells remember before the first row. `trainable`: each layer's h and c "
        "start at tanh(previous · W), from the first row upwards, and W is learnt.",
        json_schema_extra=_about("Initial state"),
    )
    forget_bias: float = Field(
        1.0,
        ge=-10.0,
        le=10.0,
        description="Where the forget gate's bias starts; 1 keeps the memory open at first (Jozefowicz "
        "et al., 2015). Only the LSTM has it.",
        json_schema_extra=_about("Forget bias"),
    )
    initializer: Literal[
        "keras", "truncated-normal", "xavier", "dl", "he", "glorot-bengio", "packed-glorot", "csv"
    ] = Field(
        "keras",
        description="First weights of the cells. `keras`: Glorot uniform, recurrent ones orthogonal. "
        "`truncated-normal`: deviation 0.1. `xavier`: uniform ±4·√(6/(in+out)). `dl`: uniform ±1/√in. "
        "`he`: normal √(2/in). `glorot-bengio`: uniform ±√(6/(in+out)). `packed-glorot`: uniform "
        "±√(6/(in+4·out)), as in TensorFlow 1. `csv`: the first layer's from a file. in = numbers of a "
        "row plus hidden state, out = units of one gate.",
        json_schema_extra=_about("Initialiser of the cells"),
    )
    initial_kernel: str = Field(
        "",
        pattern=r"^([0-9a-f]{64})?$",
        description="Fingerprint of the first layer's weights that were brought as a CSV file.",
        json_schema_extra=_about("Initial weights"),
    )
    dense_initializer: Literal["glorot", "truncated-normal", "normal"] = Field(
        "glorot",
        description="First weights of the fully connected layers: of the head and of the input projection.",
        json_schema_extra=_about("Initialiser of the head"),
    )
    dense_stddev: float = Field(
        0.1,
        gt=0.0,
        le=10.0,
        description="Standard deviation of those weights; Glorot's follows from the shape instead.",
        json_schema_extra=_about("Deviation of the head"),
    )
    dense_bias: float = Field(
        0.0,
        ge=-10.0,
        le=10.0,
        description="Where the biases of the fully connected layers start.",
        json_schema_extra=_about("Bias of the head"),
    )
    supervised_rows: Literal["last", "all"] = Field(
        "last",
        description="Which rows the loss covers. `last`: only the verdict after the last row counts, "
        "as in the tutorials, so what the network says earlier is extrapolation. `all`: it learns to "
        "guess after every row.",
        json_schema_extra=_about("Supervised rows"),
    )
    dropout: float = Field(
        0.5,
        ge=0.0,
        lt=1.0,
        description="Share of each layer's outputs set to zero at every row while training. "
        "TensorFlow 1's keep_prob is 1 − this.",
        json_schema_extra=_about("Dropout rate", live=True),
    )
    input_dropout: float = Field(
        0.0,
        ge=0.0,
        lt=1.0,
        description="Share of each layer's inputs set to zero at every row while training. TensorFlow 1's "
        "input_keep_prob is 1 − this.",
        json_schema_extra=_about("Dropout rate of inputs"),
    )
    augmentation: Literal["none", "affine", "handwriting", "handwriting-2", "handwriting-3", "finer"] = Field(
        "none",
        description="How training images are varied. `affine`: small rotations, scales, shears and "
        "shifts. `handwriting`: these, pen thickness, and forms people write but MNIST has few of "
        "(slashed zeros, ones with a flag and a foot, barred sevens, open fours). `handwriting-2`: also "
        "narrow digits and rarer forms (ones with a long flag, zeros whose slash leaves the ring). "
        "`handwriting-3`: also zeros struck through by a long steep stroke and ones with a short level flag. "
        "`finer`: for images of few pixels, turned, slanted, "
        "moved and thickened on a grid four times as fine.",
        json_schema_extra=_about("Augmentation"),
    )
    loss: Literal["cross-entropy", "class-mean"] = Field(
        "cross-entropy",
        description="`cross-entropy`: −log p of the right class. `class-mean`: the same averaged over the "
        "classes too, −mean(y·log p), so a tenth of it, as some tutorials wrote it.",
        json_schema_extra=_about("Loss"),
    )
    optimizer: Literal["adam", "rmsprop", "sgd"] = Field(
        "adam",
        description="Adam (Kingma & Ba, 2015), RMSProp (Hinton, 2012) or stochastic gradient descent "
        "with momentum.",
        json_schema_extra=_about("Optimiser"),
    )
    learning_rate: float = Field(
        0.001,
        gt=0.0,
        le=1.0,
        description="Step length of the optimiser; with the one-cycle schedule, its peak.",
        json_schema_extra=_about("Learning rate", live=True),
    )
    momentum: float = Field(
        0.9,
        ge=0.0,
        lt=1.0,
        description="Share of the last step that SGD repeats. Adam and RMSProp do not use it.",
        json_schema_extra=_about("Momentum"),
    )
    schedule: Literal["constant", "one-cycle"] = Field(
        "constant",
        description="`constant` keeps the learning rate; `one-cycle` warms up over the first fifth "
        "and anneals to zero (Smith & Topin, 2018), which reaches more accuracy in few steps.",
        json_schema_extra=_about("Schedule"),
    )
    clip_norm: float = Field(
        0.0,
        ge=0.0,
        le=1000.0,
        description="Gradients longer than this are scaled down to it (Pascanu et al., 2013); 0 turns "
        "clipping off.",
        json_schema_extra=_about("Clip norm"),
    )
    batch_size: int = Field(
        128,
        ge=1,
        le=4096,
        description="Training images per step.",
        json_schema_extra=_about("Batch size", "images", live=True),
    )
    steps: int = Field(
        2000,
        ge=1,
        le=MAX_STEPS,
        description="Number of optimiser steps; one epoch is the training images ÷ batch size.",
        json_schema_extra=_about("Steps", "steps"),
    )
    seed: int = Field(
        0,
        ge=0,
        le=2**31 - 1,
        description="Start of every random choice: first weights, order of images, dropout, "
        "augmentation. The same seed on the same machine trains the same model.",
        json_schema_extra=_about("Seed"),
    )
    computation: Literal[
        "auto", "fused", "keras", "cudnn", "unrolled", "whole-sequence", "by-hand", "separate-matrices"
    ] = Field(
        "auto",
        description="How the same equations are computed. `auto`: the fastest way here. `fused`: with "
        "one compiled operation a row and a backward pass of its own, on a CPU, and with JAX on a GPU "
        "too. `keras`: Keras' layer, with cuDNN where possible. `cudnn`: Keras' layer, only with cuDNN. "
        "`unrolled`: a Python loop calls the cell row by row. `whole-sequence`: one call loops inside. "
        "`by-hand`: matmul, sigmoid and tanh on [h, x]. `separate-matrices`: W·x + U·h, gate by gate.",
        json_schema_extra=_about("Computed by"),
    )
    layout: Literal["batch-major", "time-major"] = Field(
        "batch-major",
        description="Order of the axes inside: (batch, rows, numbers) or (rows, batch, numbers). Keras' own "
        "layer knows the first only.",
        json_schema_extra=_about("Layout"),
    )
    returned: Literal["outputs", "state"] = Field(
        "outputs",
        description="Where the last row's verdict is taken from: the last of all outputs, outputs[:, -1], "
        "or the final state's h, state[-1][1]. They are equal, but while training dropout meets the outputs "
        "only, as in TensorFlow 1.",
        json_schema_extra=_about("Verdict from"),
    )
    precision: Literal["auto", "float32", "mixed", "bfloat16"] = Field(
        "auto",
        description="What matrix products are computed in; weights stay in 32 bits. `auto`: bfloat16 on a "
        "CPU that multiplies it fast, otherwise float32. `mixed`: float16, on a GPU. `bfloat16`: 16 bits, "
        "with the range of 32, on a CPU.",
        json_schema_extra=_about("Precision"),
    )
    device: str = Field(
        "auto",
        pattern=r"^(auto|cpu|gpu:[0-9]{1,2})$",
        description="Where to train: `auto` takes the first GPU and otherwise the CPU; or `cpu`, "
        "`gpu:0`, `gpu:1`, …",
        json_schema_extra=_about("Device", shapes_result=False),
    )
    patience: int = Field(
        0,
        ge=0,
        le=1000,
        description="Early stopping: training ends when so many validations in a row were no better than the "
        "best one before, by accuracy. 0 trains all steps.",
        json_schema_extra=_about("Patience", "validations"),
    )
    kept_weights: Literal["last", "best"] = Field(
        "last",
        description="Which weights the run keeps when training ends: those of the last step, or those of the "
        "validation with the highest accuracy.",
        json_schema_extra=_about("Weights kept"),
    )
    evaluation_batch_size: int = Field(
        500,
        ge=1,
        le=10_000,
        description="Images per batch when validation and test images are read; only memory and "
        "time depend on it.",
        json_schema_extra=_about("Evaluation batch size", "images", shapes_result=False),
    )
    evaluate_every: int = Field(
        200,
        ge=1,
        le=1_000_000,
        description="Steps between two validations. Each one saves a snapshot of the weights; before the "
        "first one, snapshots are saved at steps 1, 2, 4, 8 and so on. They read your drawing "
        "during training.",
        json_schema_extra=_about("Evaluate every", "steps", shapes_result=False),
    )

    @property
    def info(self) -> DatasetInfo:
        """What is known of the data set, without looking whether it is still there."""
        own = self.own_data
        return own if own is not None and own.name == self.dataset else DATASETS[self.dataset]

    def epochs(self) -> float:
        """How often every training image is seen."""
        return self.steps * self.batch_size / self.info.train

    def steps_for(self, epochs: float) -> int:
        """The steps that see every training image ``epochs`` times, at least one.

        Raises:
            InvalidValue: the epochs are not positive, or come to more steps than are allowed.
        """
        if not epochs > 0:
            raise InvalidValue("epochs", "a positive number", epochs)
        steps = epochs * self.info.train / self.batch_size
        if not steps <= MAX_STEPS:
            raise InvalidValue("epochs", f"so few that they make at most {MAX_STEPS:,} steps", epochs)
        return max(1, round(steps))
