from .recipes import Kind as Kind
from .recipes import augment as augment
