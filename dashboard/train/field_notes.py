"""What stands below a field of the form: what its value comes to on this machine."""

from __future__ import annotations

from dashboard.parts.quantities import plain
from dashboard.session import services
from dashboard.train.form_values import Checked
from lstm_core.runs.missing_operations import noted_obstacle
from lstm_core.settings.computation import choose_computation, choose_precision


def unused_gpu(checked: Checked) -> str:
    """Which GPU the training does not use, and why; empty where there is none."""
    return "" if checked.device.is_gpu else services.unused_gpu()


def field_note(name: str, checked: Checked) -> str:
    """What a setting comes to on this machine; empty where there is nothing to add."""
    settings = checked.settings
    if name == "evaluation_batch_size" or not settings:
        return ""
    if name == "device":
        return f"Trains on {plain(checked.device.title)}. {plain(unused_gpu(checked))}".rstrip()
    if name == "computation":
        chosen = choose_computation(settings, checked.device, noted_obstacle(services.store().root))
        return f"Computed by `{chosen.name}`: {plain(chosen.why)}."
    if name == "precision":
        chosen = choose_precision(settings, checked.device, noted_obstacle(services.store().root))
        return f"Computed in {chosen.name}: {chosen.why}."
    if name == "steps":
        return f"{settings.steps:,} steps = {settings.epochs():.3g} epochs"
    return ""
