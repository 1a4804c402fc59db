"""What one training takes of a cluster."""

from __future__ import annotations

from lstm_core.cluster.room import has_room, resources
from lstm_core.settings.presets import preset
from lstm_core.settings.validation import with_changes

SMALL, LARGE = preset("digits").settings(), preset("quick").settings()


def node(alive: bool = True, **resources: float) -> dict[str, object]:
    return {"Alive": alive, "Resources": resources}


def test_a_small_network_takes_a_core_and_a_large_one_up_to_four():
    nodes = [node(CPU=2), node(CPU=16), node(alive=False, CPU=64)]
    assert resources(SMALL, nodes) == {"num_cpus": 1, "num_gpus": 0}
    assert resources(LARGE, nodes) == {"num_cpus": 4, "num_gpus": 0}
    assert resources(LARGE, nodes[:1]) == {"num_cpus": 2, "num_gpus": 0}


def test_where_there_is_a_gpu_a_training_takes_one_unless_it_is_meant_for_a_cpu():
    nodes = [node(CPU=2), node(CPU=8, GPU=2)]
    assert resources(SMALL, nodes) == {"num_cpus": 1, "num_gpus": 1}
    assert resources(with_changes(SMALL, device="cpu"), nodes) == {"num_cpus": 1, "num_gpus": 0}


def test_there_is_room_for_what_the_living_nodes_have_left():
    nodes = [node(CPU=2), node(CPU=1, GPU=1), node(alive=False, CPU=64)]
    one, gpu = {"num_cpus": 1, "num_gpus": 0}, {"num_cpus": 1, "num_gpus": 1}
    assert has_room(one, [one, one], nodes)
    assert not has_room(one, [one, one, one], nodes)
    assert has_room(gpu, [one], nodes)
    assert not has_room(gpu, [gpu], nodes)
