// The image beside the probabilities after every row, and a player that goes through the rows. What it is
// made of stays in the page: new pictures and numbers come into it, and the row is one CSS variable.

const MILLISECONDS_A_ROW = 300;
const LABEL_FROM_PERCENT = 1;

// Rows 1, 5, 10 and so on; every one of few, and fewer of many.
const ticks = (rows) => {
  const step = rows <= 10 ? 1 : 5 * Math.ceil(rows / 50);
  return Array.from({ length: rows }, (_, at) => at + 1).filter((row) => row === 1 || row % step === 0);
};

const makePlayer = (section) => {
  const part = (selector) => section.querySelector(selector);
  const root = part(".evolution");
  const [play, slider, tip] = [".play", "input", ".tip"].map(part);
  let shown = null;
  let row = 0;
  let timer = 0;

  const go = (to) => {
    row = Math.min(Math.max(to, 1), shown.bars.length);
    const { labels, winner } = shown.bars[row - 1];
    root.style.setProperty("--row", row);
    part("output").textContent = `after row ${row} of ${shown.bars.length}`;
    part("caption").textContent = `Probability of each class after row ${row}`;
    slider.value = row;
    slider.setAttribute("aria-valuetext", `after row ${row}: ${winner} with ${labels[winner]}`);
    showBars(part("tbody"), shown.bars[row - 1], LABEL_FROM_PERCENT);
  };
  const rest = () => {
    clearInterval(timer);
    timer = 0;
    play.textContent = "▶ Play";
  };
  const jump = (to) => {
    rest();
    go(to);
  };
  const start = () => {
    play.textContent = "❚❚ Pause";
    if (row === shown.bars.length) go(1);
    timer = setInterval(() => (row < shown.bars.length ? go(row + 1) : rest()), MILLISECONDS_A_ROW);
  };

  play.onclick = () => (timer ? rest() : start());
  part(".back").onclick = () => jump(row - 1);
  part(".next").onclick = () => jump(row + 1);
  slider.oninput = () => jump(Number(slider.value));

  const point = (panel, across, say) => {
    const cell = ({ clientX, clientY }) => {
      const box = panel.getBoundingClientRect();
      const within = (share, count) => Math.min(Math.max(Math.floor(share * count), 0), count - 1);
      return [
        within((clientY - box.y) / box.height, shown.bars.length),
        within((clientX - box.x) / box.width, across()),
      ];
    };
    panel.onpointermove = (event) => {
      const whole = root.getBoundingClientRect();
      tip.hidden = false;
      tip.textContent = say(...cell(event));
      const room = tip.offsetWidth / 2;
      tip.style.left = `${Math.min(Math.max(event.clientX - whole.x, room), whole.width - room)}px`;
      tip.style.top = `${event.clientY - whole.y}px`;
    };
    panel.onpointerleave = () => (tip.hidden = true);
    panel.onclick = (event) => jump(cell(event)[0] + 1);
  };
  const columns = () => shown.ink[0].length;
  const classes = () => shown.bars[0].percents.length;
  point(part(".image"), columns, (at, column) => {
    return `row ${at + 1} · column ${column + 1} · ink ${shown.ink[at][column]} %`;
  });
  point(part(".heatmap"), classes, (at, label) => {
    const percent = shown.bars[at].percents[label].toFixed(1);
    return `row ${at + 1} · class ${label} · ${percent} %`;
  });

  // Whatever depends on how many rows, columns and classes there are.
  const lay = () => {
    const rows = shown.bars.length;
    const counts = { rows, columns: columns(), classes: classes() };
    const size = JSON.stringify(counts);
    if (root.dataset.size === size) return;
    root.dataset.size = size;
    for (const [name, count] of Object.entries(counts)) root.style.setProperty(`--${name}`, count);
    slider.max = rows;
    part(".rows").replaceChildren(
      ...ticks(rows).map((at) => {
        const tick = textElement("span", at);
        tick.style.setProperty("--at", at);
        return tick;
      }),
    );
    const labels = [...shown.bars[0].percents.keys()];
    part(".classes").replaceChildren(...labels.map((label) => textElement("span", label)));
  };

  const show = ({ image, heatmap, evolution, caution, settled, meaning }) => {
    shown = evolution;
    const { ink, bars, settled_at_row } = evolution;
    lay();
    part(".caution").textContent = caution;
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
        `Each class's probability after each row: at the end ${last.winner} with ${last.labels[last.winner]}, ` +
        settled,
    });
    jump(bars.length);
  };
  return { show, rest };
};
