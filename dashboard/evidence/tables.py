"""What was published and what was reproduced, as the Evidence page shows them."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from html import escape

import streamlit as st

from dashboard.parts import quantities
from dashboard.parts.chart import chart
from dashboard.parts.experiment import PROGRAM, mean, seeds, show_experiment
from lstm_core.errors import WeightsError
from lstm_core.evidence.experiments import COMPARISONS
from lstm_core.evidence.results import PUBLISHED_IMAGES, PUBLISHED_MEMORY, MemoryResult, Results
from lstm_core.evidence.summaries import Summary, comparison, summary
from lstm_core.figures.of_runs.memory_bars import MemoryBar, memory_bars
from lstm_core.figures.of_runs.seed_dots import SeedGroup, seed_dots
from lstm_core.pretrained.shipped import shipped_card
from lstm_core.reading.percents import PERCENT, accuracy
from lstm_core.reading.trace import BLOCK
from lstm_core.settings.presets import PRESETS, Preset

_PACKAGES = {"python": "Python", "backend": "backend", "keras": "Keras", "numpy": "NumPy", "jax": "JAX"}
_HOW = {
    "resident": "growth of the process's resident memory beyond the images",
    "allocator": "peak of the GPU's allocator",
}


def show_accuracies(found: Results) -> None:
    """The table of presets, and every seed as a dot."""
    presets = sorted(PRESETS.values(), key=lambda preset: not preset.source)  # the published ones first
    reached = {preset.name: summary(preset.name, found) for preset in presets}
    rows = "".join(_row(preset, reached[preset.name]) for preset in presets)
    heads = "".join(
        f'<th scope="col" role="columnheader">{head}</th>'
        for head in ("Preset", "Published", "Reproduced", "Steps", "Time")
    )
    st.html(
        '<div class="evidence"><table role="table">'
        "<caption>Share of the test images read correctly after the "
        "last row: mean ± standard deviation over the seeds, then the lowest and the highest. Time is of one "
        f'training.</caption><thead role="rowgroup"><tr role="row">{heads}</tr></thead>'
        f'<tbody role="rowgroup">{rows}</tbody></table></div>'
    )
    _show_shipped()
    there = [found for found in reached.values() if found]
    if there:
        chart(seed_dots([_group(one) for one in there]), alt=_dots_in_words(there), key="evidence-presets")


def _show_shipped() -> None:
    """The network that Draw begins with, which no preset trains."""
    with contextlib.suppress(WeightsError):  # then Draw says of it what it can
        card = shipped_card()
        st.caption(
            f"The network that comes with Row by Row is another one: `{card.command}` trains it, in "
            f"{card.steps:,} steps. It reads {accuracy(card.test_accuracy)} of MNIST's test images correctly."
        )


def show_memory(found: Results) -> None:
    """Published and measured memory of both networks."""
    titles = {one.network: one.title for one in PUBLISHED_MEMORY}
    measured = [result for result in found.memory if result.images == PUBLISHED_IMAGES]
    measured.sort(key=lambda result: list(titles).index(result.network))
    bars = [MemoryBar("published, GPU", titles[one.network], one.mebibytes) for one in PUBLISHED_MEMORY]
    bars += [MemoryBar(_place(result), titles[result.network], result.mebibytes) for result in measured]
    st.markdown(
        "The author of huang-2017 read all test images in one batch: the LSTM needed 725 MiB of GPU memory, "
        "while the two-layer convolutional network (CNN) of the previous tutorial needed 8,721 MiB."
    )
    if not measured:
        _invite("Memory has not been measured on this machine yet.", f"{PROGRAM} --memory")
    said = ", ".join(f"{bar.network} {bar.series} {bar.mebibytes:,.0f} MiB" for bar in bars)
    chart(memory_bars(bars), alt=f"Bars of memory in MiB: {said}.", key="evidence-memory")
    for how, device in dict.fromkeys((result.measured, result.device) for result in measured):
        st.caption(f"Here: the {_HOW[how]}, on {quantities.plain(device)}.")
    if any(result.measured == "resident" for result in measured):
        st.caption(
            "On the CPU TensorFlow takes the CNN's images as one batch. The LSTM gets all images in one call "
            f"too, but NumPy reads {BLOCK} of them at a time on each core and keeps only the states of the "
            "current row."
        )


def show_experiments(found: Results) -> None:
    """Every experiment in which one thing differs and everything else is equal."""
    names = list(COMPARISONS)
    for at in range(0, len(names), 2):
        for column, name in zip(st.columns(2, gap="large"), names[at : at + 2], strict=False):
            with column:
                st.subheader(COMPARISONS[name].question, anchor=False)
                show_experiment(name, found)


def show_origin(found: Results) -> None:
    """Commands, machine, versions and dates of everything on the page."""
    sides = [side for name in COMPARISONS for side in comparison(name, found)]
    shown = [one for one in (*(summary(name, found) for name in PRESETS), *sides) if one]
    trainings = [result for one in shown for result in one.trainings]
    everything = [*trainings, *found.memory]
    if not everything:
        _invite("Nothing has been reproduced yet. Without a GPU, the full set takes hours.", PROGRAM)
        return
    st.markdown(
        "A seed that was trained before is not trained again, so you can stop the commands and start them "
        "again at any time."
    )
    st.code("\n".join(_once(result.command for result in everything)), language=None, wrap_lines=True)
    dates = sorted({result.date for result in everything})
    lines = [
        f"Made {dates[0]}" + (f" to {dates[-1]}" if len(dates) > 1 else ""),
        "on " + ", ".join(_once(result.device for result in everything)),
        "with " + "; ".join(_once(_versions(result.versions) for result in trainings or everything)),
    ]
    st.caption(quantities.plain(" ".join(lines) + "."))


def _row(preset: Preset, reached: Summary | None) -> str:
    settings = preset.settings()
    data = "" if settings.dataset == "mnist" else f" · {settings.info.title}"
    source = escape((preset.source or "This project's own") + data)
    note = f"<small>Here: {escape(preset.chosen_here)}</small>" if preset.chosen_here else ""
    published = "–" if preset.published_accuracy is None else accuracy(preset.published_accuracy)
    if reached:
        low, high = reached.spread
        spread = f"{100 * low:.2f} to {accuracy(high)}, " if reached.n > 1 else ""
        result = f"<b>{mean(reached)}{PERCENT}</b><small>{spread}{seeds(reached)}"
        result += f"{_against_published(reached)}{escape(_how(reached))}</small>"
        time = quantities.duration(reached.seconds)
    else:
        result = f"not trained here yet<small><code>{PROGRAM} --preset {escape(preset.name)}</code></small>"
        time = "–"
    cells = {"Published": published, "Reproduced": result, "Steps": f"{settings.steps:,}", "Time": time}
    return (
        f'<tr role="row"><th scope="row" role="rowheader"><b>{escape(preset.name)}</b>'
        f"<small>{source}</small>{note}</th>"
        + "".join(
            f'<td role="cell" data-label="{label}"><div>{cell}</div></td>' for label, cell in cells.items()
        )
        + "</tr>"
    )


def _against_published(reached: Summary) -> str:
    if reached.published_is_reached is None:
        return ""
    if reached.published_is_reached:
        return "; the published value is reached"
    if not (reached.published_is_within_reach and reached.prediction_interval):
        return "; not reached"
    low, high = reached.prediction_interval
    return (
        "; the published value is above all of these, but another seed could reach it: "
        f"{100 * low:.2f} to {100 * high:.2f}{PERCENT} is the 95{PERCENT} prediction interval"
    )


def _how(reached: Summary) -> str:
    """What its seeds were computed with, where that was kept; a mean of two kinds is one of neither."""
    words = reached.computed_in_words
    return f"; computed {words}" if words else ""


def _group(reached: Summary) -> SeedGroup:
    return SeedGroup(
        reached.name, [result.seed for result in reached.trainings], reached.accuracies, reached.published
    )


def _dots_in_words(groups: Iterable[Summary]) -> str:
    lines = [
        f"{one.name}: mean {accuracy(one.mean)}, {100 * one.spread[0]:.2f} to {accuracy(one.spread[1])}"
        + ("" if one.published is None else f", published {accuracy(one.published)}")
        for one in groups
    ]
    return f"Test accuracy of every seed as dots. {'; '.join(lines)}."


def _place(result: MemoryResult) -> str:
    return "here, GPU" if result.measured == "allocator" else "here, CPU"


def _versions(versions: dict[str, str]) -> str:
    named = [
        f"{_PACKAGES.get(name, 'TensorFlow' if name == 'tensorflow' else name)} {version}"
        for name, version in versions.items()
        if name != "backend"
    ]
    return ", ".join(named)


def _once(texts: Iterable[str]) -> list[str]:
    """Each text once, in the order it first came."""
    return list(dict.fromkeys(texts))


def _invite(why: str, command: str) -> None:
    """Say what is missing and how a person makes it."""
    st.info(f"{why} To do it, run: `{command}`", icon=":material/terminal:")
