"""Your hand: the person's own drawings, how well a network reads them, and teaching it."""
