"""The field for the units of every layer, from the image up."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from dashboard.train.number_field import what_is_allowed


def units_field(key: str) -> None:
    """The layers as a text under ``key`` in `st.session_state`, with buttons that change their number."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="xsmall"):
        st.text_input(
            "Layers, from the image up (units)",
            key=key,
            persist_state="session",
            placeholder="256, 256",
            max_chars=200,
            help=f"{what_is_allowed('units')} Write `128, 64` for 128 units and a layer of 64 above them.",
        )
        for label, hint, change in (
            ("Remove", "Take the top layer off", _without_top_layer),
            ("Add", "Put a layer like the top one on it", _with_another_layer),
        ):
            st.button(
                label,
                icon=f":material/{label.lower()}:",
                key=f"train-layer-{label.lower()}",
                help=hint,
                on_click=_change_layers,
                args=(key, change),
            )


def _with_another_layer(layers: list[str]) -> list[str]:
    return [*layers, layers[-1] if layers else "128"]


def _without_top_layer(layers: list[str]) -> list[str]:
    return layers[:-1] if len(layers) > 1 else layers


def _change_layers(key: str, change: Callable[[list[str]], list[str]]) -> None:
    layers = [part.strip() for part in st.session_state[key].split(",") if part.strip()]
    st.session_state[key] = ", ".join(change(layers))
