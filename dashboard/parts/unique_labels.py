"""Labels that say which of several things of the same name is meant.

A browser sends the label that was chosen, and Streamlit takes the first thing under it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping


def unique_labels(names: Mapping[str, str]) -> dict[str, str]:
    """A label for every key, no two alike: the name, and where others have it too, the key after it.

    >>> unique_labels({"": "Shipped", "a1": "Mine", "b2": "Mine", "c3": "Shipped"})
    {'': 'Shipped', 'a1': 'Mine (a1)', 'b2': 'Mine (b2)', 'c3': 'Shipped (c3)'}
    """
    shared = Counter(names.values())
    labels: dict[str, str] = {}
    for key, name in names.items():
        label = f"{name} ({key})" if key and shared[name] > 1 else name
        while label in labels.values():
            label = f"{label} ({key})"
        labels[key] = label
    return labels
