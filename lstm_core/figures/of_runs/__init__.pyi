from .confusion_difference import confusion_difference_info as confusion_difference_info
from .memory_bars import MemoryBar as MemoryBar
from .overlaid_lines import OverlaidLine as OverlaidLine
from .readings_beside import NamedReading as NamedReading
from .seed_dots import SeedGroup as SeedGroup
