from .brought_model import Brought as Brought
from .brought_model import bring_in as bring_in
from .model_file import Model as Model
from .model_file import read_model as read_model
