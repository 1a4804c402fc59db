from .normalise import is_blank as is_blank
from .photograph import ink_from_file as ink_from_file
from .photograph import pixels_from_file as pixels_from_file
from .stroke_digits import stroke_digit as stroke_digit
from .strokes import ink_from_fabric as ink_from_fabric
from .strokes import ink_from_strokes as ink_from_strokes
