from .images import images_of as images_of
from .kept_drawing import KeptDrawing as KeptDrawing
from .kept_drawing import Origin as Origin
from .own_hand import OwnHand as OwnHand
