from .shipped import FOLDER as FOLDER
from .shipped import shipped_card as shipped_card
from .shipped import shipped_weights as shipped_weights
from .snapshots import shipped_snapshots as shipped_snapshots
