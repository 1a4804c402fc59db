from __future__ import annotations

from dashboard.parts.unique_labels import unique_labels


def test_names_that_are_alone_stay_as_they_are() -> None:
    assert unique_labels({"": "Shipped", "a": "One", "b": "Two"}) == {"": "Shipped", "a": "One", "b": "Two"}


def test_where_names_collide_the_key_is_added() -> None:
    assert unique_labels({"": "Same", "a": "Same", "b": "Other"}) == {
        "": "Same",
        "a": "Same (a)",
        "b": "Other",
    }


def test_no_two_labels_are_alike_even_when_a_name_looks_like_one() -> None:
    labels = unique_labels({"c": "Same (a)", "a": "Same", "b": "Same", "": "Same (a) (a)"})
    assert len(set(labels.values())) == 4
