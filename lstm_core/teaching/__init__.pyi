from .drawings import Drawings as Drawings
from .drawings import labels_of as labels_of
from .drawings import read_drawings as read_drawings
from .parent import parent_of as parent_of
from .submit import teach as teach
