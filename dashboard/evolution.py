"""How a verdict evolved, as a component that stays in the page and changes with every stroke.

`player.js` is the image beside the probabilities after every row, and steps through them; `row_grid.js` is
the classic view, one small bar chart for each row. They are one component, so that the numbers travel once.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from dashboard.component import component

if TYPE_CHECKING:
    from lstm_core.figures.evolution import Evolution

_PANEL = (
    '<div class="{name} panel"><canvas role="img"></canvas>'
    '<i class="veil"></i><i class="settled"></i><i class="cursor"></i></div>'
)
_VIEWS = f"""
<section class="section">
  <h3>Row by row</h3>
  <p>
    Each line of the heatmap is what the network thinks after reading the image down to that row.
    Play it, step through it, or click on a row.
  </p>
  <p class="caution"></p>
  <div class="evolution">
    <div class="panels">
      <div class="rows axis" aria-hidden="true"></div>
      {_PANEL.format(name="image")}
      {_PANEL.format(name="heatmap")}
      <p class="note"></p>
      <table class="bars"><caption></caption><tbody></tbody></table>
      <div class="columns title" aria-hidden="true">column</div>
      <div class="classes axis" aria-hidden="true"></div>
      <div class="percent title" aria-hidden="true">probability of each class</div>
    </div>
    <div class="controls">
      <button type="button" class="play"></button>
      <button type="button" class="back" aria-label="Back one row">‹ Back</button>
      <button type="button" class="next" aria-label="On to the next row">Next ›</button>
      <output aria-live="off"></output>
      <input type="range" min="1" step="1" aria-label="Row down to which the network has read">
    </div>
    <div class="tip" role="tooltip" hidden></div>
  </div>
</section>
<section class="section">
  <h3>After every row</h3>
  <p>The probabilities of the ten digits, once for each row read. Point at a bar for its number.</p>
  <ol class="row-grid"></ol>
</section>
"""


def show_evolution(shown: Evolution, caution: str) -> None:
    """The player, resting at the last row, and below it the bars after every row.

    Args:
        shown: what is played.
        caution: what to beware of in what the network says before the last row, or nothing.
    """
    from lstm_core.figures import theme

    colours = {"ink": theme.INK, "probability": theme.stops(theme.PROBABILITY)}
    views = component("evolution", "section", "player", "row_grid", parts=("player", "row_grid"), html=_VIEWS)
    views(data={**asdict(shown), "caution": caution, "colours": colours}, key="evolution")
