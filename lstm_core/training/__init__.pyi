from .backend import device_scope as device_scope
from .backend import load as load
from .backend import peak_memory as peak_memory
from .backend import usable_devices as usable_devices
from .backend import versions as versions
from .model import build as build
from .model import save_for_export as save_for_export
from .trainer import Trainer as Trainer
