"""Optuna's own figures of a study, in this project's colours, units and layout.

What is drawn is Optuna's; only its looks are changed, so that a figure fits a light and a dark page, and
accuracies are in percent as everywhere. Optuna is imported when a figure is
drawn.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from lstm_core.figures import theme
from lstm_core.figures.figure import Figure
from lstm_core.reading.percents import PERCENT

if TYPE_CHECKING:
    import optuna

ACCURACY = "validation accuracy"

_MOST_TICKS = 10

Specification = dict[str, Any]


def search_history(study: optuna.Study) -> Figure:
    """Every finished trial's validation accuracy, and the best one so far."""
    import optuna.visualization as optunas

    made = _specification(optunas.plot_optimization_history(study))
    dots, best = made["data"][:2]
    dots["marker"] = {"color": theme.TRAINING, "size": 9}
    best["line"] = {"color": theme.ACCENT, "width": 2, "shape": "hv"}
    dots["customdata"] = dots["x"]
    dots["cliponaxis"] = False
    for trace, what in ((dots, "trial %{x}"), (best, "best up to trial %{x}")):
        trace["y"] = _percents(trace["y"])
        trace["hovertemplate"] = f"{what}: %{{y:.2f}}{PERCENT}<extra></extra>"
    between = max(1, math.ceil(len(study.get_trials(deepcopy=False)) / _MOST_TICKS))
    axes = {
        "xaxis": theme.axis("trial", rangemode="tozero", tickformat="d", dtick=between),
        "yaxis": theme.axis(ACCURACY, showgrid=True, ticksuffix=PERCENT),
    }
    return Figure({"data": [dots, best], "layout": {**theme.layout(300, left=74), **axes}})


def search_parallel(study: optuna.Study) -> Figure:
    """A line for every finished trial through its accuracy and its settings; the best one stands out."""
    import optuna.visualization as optunas

    made = _specification(
        optunas.plot_parallel_coordinate(study, target=_accuracy_of(study), target_name=ACCURACY)
    )
    lines = [trace for trace in made["data"] if trace.get("mode") == "lines"]
    heights = [line["y"][0] for line in lines]
    top = max(range(len(lines)), key=heights.__getitem__, default=-1)
    trials = _finished(study)
    for number, line in enumerate(lines):
        best = number == top
        line["customdata"] = [[*point, trials[number]] for point in line["customdata"]]
        line["line"] = {"color": theme.ACCENT if best else theme.TRAINING, "width": 3 if best else 1.5}
        line["opacity"] = 1.0 if best else 0.35 + 0.4 * heights[number]
    given = made["layout"]
    notes = [{**note, "font": {"size": 11}} for note in given["annotations"]]
    for note in notes:
        if note["x"] == 0:
            note["text"] = _in_percent(note["text"])
    shapes = [{**shape, "line": {"color": theme.QUIET, "width": 1}} for shape in given["shapes"]]
    axis = given["xaxis"]
    layout = {
        **theme.layout(360, left=24, right=24, top=16, bottom=48),
        "annotations": notes,
        "shapes": shapes,
        "xaxis": theme.axis(
            "setting",
            range=axis["range"],
            tickvals=axis["tickvals"],
            ticktext=[ACCURACY.replace(" ", "<br>"), *(_words(text) for text in axis["ticktext"][1:])],
            ticks="",
        ),
        "yaxis": theme.axis("height on each scale", range=given["yaxis"]["range"], visible=False),
    }
    return Figure({"data": lines, "layout": layout})


def search_importance(study: optuna.Study) -> Figure:
    """How much of the differences in accuracy each setting accounts for, by PED-ANOVA."""
    import optuna.visualization as optunas

    made = _specification(
        optunas.plot_param_importances(study, target=_accuracy_of(study), target_name=ACCURACY)
    )
    bars = made["data"][0]
    trace = {
        "type": "bar",
        "orientation": "h",
        "x": bars["x"],
        "y": [_words(label) for label in bars["y"]],
        "text": bars["text"],
        "textposition": "outside",
        "cliponaxis": False,
        "marker": {"color": theme.TRAINING},
        "hovertemplate": "%{y}: %{x:.2f}<extra></extra>",
    }
    layout = {
        **theme.layout(90 + 40 * len(bars["y"]), left=150, right=44),
        "xaxis": theme.axis("share of the differences", showgrid=True, range=[0, 1]),
        "yaxis": theme.axis("setting", ticks=""),
        "bargap": 0.35,
    }
    return Figure({"data": [trace], "layout": layout})


def search_slices(study: optuna.Study) -> Figure:
    """The accuracy of every finished trial over each setting."""
    import optuna.visualization as optunas

    made = _specification(optunas.plot_slice(study, target=_accuracy_of(study), target_name=ACCURACY))
    found: Specification = {}
    layout = made["layout"]
    several = sum(key.startswith("xaxis") for key in layout) > 1
    for key, axis in layout.items():
        if key.startswith("xaxis"):
            kept = {
                name: axis[name] for name in ("anchor", "domain", "type", "categoryorder") if name in axis
            }
            if "categoryarray" in axis:
                kept["categoryarray"] = [_unquoted(name) for name in axis["categoryarray"]]
            if kept.get("type") == "log":
                kept["dtick"] = "D2"  # 1, 2 and 5 times powers of ten
            found[key] = theme.axis(_words(axis["title"]["text"]), **kept)
        elif key.startswith("yaxis"):
            kept = {
                name: axis[name] for name in ("anchor", "domain", "matches", "showticklabels") if name in axis
            }
            found[key] = theme.axis(ACCURACY, showgrid=True, ticksuffix=PERCENT, **kept)
            if "matches" in axis:
                found[key]["title"] = {"text": " "}
    dots = [trace for trace in made["data"] if trace["x"]]
    for trace in dots:
        numbers = trace["marker"]["color"]
        trace["x"] = [_unquoted(value) for value in trace["x"]]
        trace["y"] = _percents(trace["y"])
        best = max(trace["y"])
        colours = [theme.ACCENT if y == best else theme.TRAINING for y in trace["y"]]
        trace["marker"] = {"color": colours, "size": 8, "opacity": 0.85}
        trace["customdata"] = numbers
        value = "%{x}" if isinstance(trace["x"][0], str) else "%{x:.4~g}"
        trace["hovertemplate"] = f"trial %{{customdata}}: {value} · %{{y:.2f}}{PERCENT}<extra></extra>"
    return Figure({"data": dots, "layout": {**theme.layout(300 if several else 280, left=74), **found}})


def search_front(study: optuna.Study, second: str) -> Figure:
    """Trials by accuracy and by what is to be small; those that no other beats in both stand out.

    Args:
        study: of two objectives.
        second: what is to be small, in words.
    """
    import optuna.visualization as optunas

    names = [ACCURACY, second]
    made = _specification(optunas.plot_pareto_front(study, target_names=names))
    data = []
    for trace, colour, what in zip(
        made["data"], (theme.QUIET, theme.ACCENT), ("trial", "on the front"), strict=True
    ):
        data.append(
            {
                "type": "scatter",
                "mode": "markers",
                "x": trace["y"],
                "y": _percents(trace["x"]),
                "marker": {"color": colour, "size": 9},
                "name": what,
                "customdata": [json.loads(text.replace("<br>", ""))["number"] for text in trace["text"]],
                "hovertemplate": f"trial %{{customdata}}, {what}: %{{y:.2f}}{PERCENT} · {second} %{{x:,.4~g}}"
                "<extra></extra>",
            }
        )
    layout = {
        **theme.layout(320, left=74),
        "xaxis": theme.axis(second, showgrid=True),
        "yaxis": theme.axis(ACCURACY, showgrid=True, ticksuffix=PERCENT),
    }
    return Figure({"data": data, "layout": layout})


def chosen_trial(event: Mapping[str, Any]) -> int | None:
    """The number of the trial that was clicked, or None.

    Args:
        event: what ``st.plotly_chart(…, on_select="rerun")`` of one of these figures returned.
    """
    points = event["selection"]["points"]
    found = points[0].get("customdata") if points else None
    if isinstance(found, list):
        found = found[-1] if found else None
    return None if found is None else int(found)


def _finished(study: optuna.Study) -> list[int]:
    """Numbers of the trials whose lines Optuna draws, in its order."""
    from optuna.trial import TrialState

    return [trial.number for trial in study.get_trials(deepcopy=False, states=(TrialState.COMPLETE,))]


def _accuracy_of(study: optuna.Study) -> Callable[[Any], float] | None:
    """What Optuna is told to draw of a trial; with one objective it knows."""
    return None if len(study.directions) == 1 else (lambda trial: float(trial.values[0]))


def _specification(figure: Any) -> Specification:
    found: Specification = json.loads(figure.to_json())
    return found


def _percents(shares: list[Any]) -> list[Any]:
    """None, a gap, stays: the best one so far before any trial has come to its end."""
    return [None if share is None else 100 * share for share in shares]


def _in_percent(text: str) -> str:
    return f"{100 * float(text):.3g}{PERCENT}"


def _words(name: str) -> str:
    return name.replace("_", " ")


def _unquoted(value: Any) -> Any:
    return value.strip("'") if isinstance(value, str) else value


FIGURES: Mapping[str, Callable[[optuna.Study], Figure]] = {
    "history": search_history,
    "parallel coordinates": search_parallel,
    "importance": search_importance,
    "slices": search_slices,
}
"""Those of one objective, by what they are called."""
