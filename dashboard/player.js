// The image beside the probabilities after every row, and a player that goes through the rows. What it is
// made of stays in the page; new numbers are painted into it, and the row is one CSS variable.

const MILLISECONDS_A_ROW = 300;
const LABEL_FROM_PERCENT = 1;
const LEVELS = 1000; // of colour

// The colours of shares from 0 to 1 in steps, each as a pixel of an image is kept; `stops` are as in Plotly's
// colour scales: [share, "#RRGGBB"] from 0 to 1.
const palette = (stops) => {
  const channel = (hex, at) => Number.parseInt(hex.slice(at, at + 2), 16);
  const channels = stops.map(([share, hex]) => [share, ...[1, 3, 5].map((at) => channel(hex, at))]);
  const colour = (share) => {
    const next = Math.max(1, channels.findIndex(([at]) => at >= share));
    const [[from, ...low], [to, ...high]] = [channels[next - 1], channels[next]];
    return [...low.map((value, at) => value + ((high[at] - value) * (share - from)) / (to - from)), 255];
  };
  const shares = Array.from({ length: LEVELS + 1 }, (_, level) => level / LEVELS);
  return new Uint32Array(Uint8ClampedArray.from(shares.flatMap(colour)).buffer);
};

// One pixel a cell; CSS makes it large. Nothing is allocated for a cell: this runs with every stroke.
const paint = (canvas, rows, colours) => {
  const [width, height] = [rows[0].length, rows.length];
  Object.assign(canvas, { width, height });
  const context = canvas.getContext("2d");
  const image = context.createImageData(width, height);
  const pixels = new Uint32Array(image.data.buffer);
  rows.forEach((percents, row) =>
    percents.forEach((percent, column) => {
      pixels[row * width + column] = colours[Math.round((percent / 100) * LEVELS)];
    }),
  );
  context.putImageData(image, 0, 0);
};

const textElement = (name, text) => {
  const element = document.createElement(name);
  element.textContent = text;
  return element;
};

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
  let palettes = null;
  let row = 0;
  let timer = 0;

  const go = (to) => {
    row = Math.min(Math.max(to, 1), shown.bars.length);
    const { percents, labels, winner } = shown.bars[row - 1];
    root.style.setProperty("--row", row);
    part("output").textContent = `after row ${row} of ${shown.bars.length}`;
    part("caption").textContent = `Probability of each class after row ${row}`;
    slider.value = row;
    slider.setAttribute("aria-valuetext", `after row ${row}: ${winner} with ${labels[winner]}`);
    [...part("tbody").children].forEach((bar, label) => {
      bar.className = label === winner ? "winner" : "";
      bar.style.setProperty("--p", `${percents[label]}%`);
      bar.lastChild.textContent = percents[label] < LABEL_FROM_PERCENT ? "" : labels[label];
    });
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

  const point = (panel, say) => {
    const cell = ({ clientX, clientY }) => {
      const box = panel.getBoundingClientRect();
      const { width, height } = panel.querySelector("canvas");
      const within = (share, count) => Math.min(Math.max(Math.floor(share * count), 0), count - 1);
      return [within((clientY - box.y) / box.height, height), within((clientX - box.x) / box.width, width)];
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
  point(part(".image"), (at, column) => `row ${at + 1} · column ${column + 1} · ink ${shown.ink[at][column]} %`);
  point(part(".heatmap"), (at, label) => {
    const percent = shown.bars[at].percents[label].toFixed(1);
    return `row ${at + 1} · class ${label} · ${percent} %`;
  });

  // Whatever depends on how many rows, columns and classes there are.
  const lay = () => {
    const [rows, columns, classes] = [shown.ink.length, shown.ink[0].length, shown.bars[0].percents.length];
    const size = `${rows} ${columns} ${classes}`;
    if (root.dataset.size === size) return;
    root.dataset.size = size;
    const counts = Object.entries({ rows, columns, classes });
    for (const [name, count] of counts) root.style.setProperty(`--${name}`, count);
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
    part("tbody").replaceChildren(
      ...labels.map((label) => {
        const bar = document.createElement("tr");
        const name = textElement("th", label);
        name.scope = "row";
        bar.append(name, document.createElement("td"), document.createElement("td"));
        return bar;
      }),
    );
  };

  const show = (data) => {
    shown = data;
    const { ink, bars, settled_at_row, caution, colours } = data;
    lay();
    part(".caution").textContent = caution;
    root.style.setProperty("--settled", settled_at_row);
    part(".note").textContent = `settled at row ${settled_at_row}`;
    const [image, heatmap] = [".image canvas", ".heatmap canvas"].map(part);
    palettes ??= { ink: palette(colours.ink), probability: palette(colours.probability) };
    paint(image, ink, palettes.ink);
    paint(heatmap, bars.map(({ percents }) => percents), palettes.probability);
    const last = bars.at(-1);
    image.setAttribute("aria-label", `The image as the network sees it, ${ink.length} × ${ink[0].length} pixels`);
    heatmap.setAttribute(
      "aria-label",
      `Each class's probability after each row: at the end ${last.winner} with ${last.labels[last.winner]}, ` +
        `settled at row ${settled_at_row}`,
    );
    jump(bars.length);
  };
  return { show, rest };
};
