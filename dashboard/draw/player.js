// The image beside the probabilities after every row, and a player that goes through the rows. What it is
// made of stays in the page: new pictures and numbers come into it, and the row is one CSS variable.

const LABEL_FROM_PERCENT = 1;

const makePlayer = (section) => {
  const part = (selector) => section.querySelector(selector);
  const root = part(".evolution");
  const [slider, tip] = ["input", ".tip"].map(part);
  let shown = null;

  const showRow = (row) => {
    const { labels, winner } = shown.bars[row - 1];
    root.style.setProperty("--row", row);
    part("output").textContent = `after row ${row} of ${shown.bars.length}`;
    part("caption").textContent = `Probability of each class after row ${row}`;
    slider.setAttribute("aria-valuetext", `after row ${row}: ${named(shown.names, winner)} with ${labels[winner]}`);
    showBars(part("tbody"), shown.bars[row - 1], LABEL_FROM_PERCENT, shown.names);
  };
  const player = makeRowPlayer(section, () => shown.bars.length, showRow);

  const point = (panel, across, say) => {
    const cell = (event) => cellAt(event, panel, shown.bars.length, across());
    panel.onpointermove = (event) => showTip(tip, root, event, say(...cell(event)));
    panel.onpointerleave = () => (tip.hidden = true);
    panel.onclick = (event) => player.jump(cell(event)[0] + 1);
  };
  const columns = () => shown.ink[0].length;
  const classes = () => shown.bars[0].percents.length;
  point(part(".image"), columns, (at, column) => {
    return `row ${at + 1} · column ${column + 1} · ink ${shown.ink[at][column]}\u00a0%`;
  });
  point(part(".heatmap"), classes, (at, label) => {
    const called = `${shown.names ? "" : "class "}${named(shown.names, label)}`;
    return `row ${at + 1} · ${called} · ${shown.bars[at].labels[label]}`;
  });

  // Whatever depends on how many rows, columns and classes there are.
  const lay = () => {
    const rows = shown.bars.length;
    const counts = { rows, columns: columns(), classes: classes() };
    const size = JSON.stringify([counts, shown.names]);
    if (root.dataset.size === size) return;
    root.dataset.size = size;
    for (const [name, count] of Object.entries(counts)) root.style.setProperty(`--${name}`, count);
    slider.max = rows;
    part(".rows").replaceChildren(...makeTicks(rows));
    const labels = [...shown.bars[0].percents.keys()];
    part(".classes").replaceChildren(...labels.map((label) => textElement("span", namedShortly(shown.names, label))));
    root.classList.toggle("many", labels.length > MANY);
  };

  const show = ({ image, heatmap, evolution, caution, settled, meaning }) => {
    shown = evolution;
    const { ink, bars, settled_at_row } = evolution;
    lay();
    part(".caution").innerHTML = caution; // our own words, one of them marked
    part(".meaning").textContent = meaning;
    root.style.setProperty("--settled", settled_at_row ?? 1);
    for (const mark of section.querySelectorAll("i.settled")) mark.hidden = !settled_at_row;
    part(".note").textContent = settled;
    const last = bars.at(-1);
    Object.assign(part(".image img"), {
      src: image,
      alt: `The image as the network sees it, ${ink.length} × ${ink[0].length} pixels`,
    });
    Object.assign(part(".heatmap img"), {
      src: heatmap,
      alt:
        `Each class's probability after each row: at the end ${named(evolution.names, last.winner)} with ` +
        `${last.labels[last.winner]}, ` +
        settled,
    });
    player.jump(bars.length);
  };
  return { show, rest: player.rest };
};
