from .chosen_settings import chosen_settings as chosen_settings
from .compare import compare as compare
from .data_sets import data as data
from .run_curves import curves_record as curves_record
from .search import search as search
from .seeds import seeds_of as seeds_of
