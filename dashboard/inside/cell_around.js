// What stands around the cell: the drawing with the row that is read, the layers from the row to the verdict, and
// the units of the layer that is shown.

const makeDrawing = (root, goTo) => {
  const part = (selector) => root.querySelector(selector);
  const pixel = part(".pixel");
  let size = [1, 1];
  root.onclick = (event) => {
    const box = root.getBoundingClientRect();
    const at = Math.floor(((event.clientY - box.y) / box.height) * size[0]);
    goTo(Math.min(Math.max(at, 0), size[0] - 1));
  };
  return {
    show: ({ image, rows, columns }) => {
      size = [rows, columns];
      root.style.setProperty("--rows", size[0]);
      root.style.setProperty("--columns", size[1]);
      Object.assign(part("img"), { src: image, alt: `The image as the network sees it, ${size.join(" × ")} pixels` });
    },
    light: (row) => root.style.setProperty("--row", row + 1),
    point: (column) => {
      pixel.hidden = column === null;
      if (column !== null) root.style.setProperty("--column", column + 1);
    },
  };
};

const LETTERS = ["f", "i", "o"];

const makeStack = (list, choose) => {
  let made = "";
  let levels = [];
  const makeLayer = (layer, at) => {
    const button = textElement("button", "");
    button.type = "button";
    button.append(
      ...LETTERS.map((letter) => {
        const tube = textElement("span", letter);
        tube.append(document.createElement("i"));
        return tube;
      }),
      textElement("b", `layer ${at + 1}`),
    );
    button.onclick = () => choose(at + 1);
    levels.push([...button.querySelectorAll("i")]);
    const item = document.createElement("li");
    item.append(button);
    return item;
  };
  const end = (text, kind) => {
    const item = textElement("li", text);
    item.className = kind;
    return item;
  };
  return {
    show: ({ layers, layer }) => {
      const size = layers.map(({ units }) => units).join();
      if (made !== size) {
        made = size;
        levels = [];
        list.replaceChildren(end("row", "end row"), ...layers.map(makeLayer), end("", "end verdict"));
      }
      list.querySelectorAll("button").forEach((button, at) => button.setAttribute("aria-pressed", at + 1 === layer));
    },
    press: (layer) =>
      list.querySelectorAll("button").forEach((button, at) => button.setAttribute("aria-pressed", at + 1 === layer)),
    fill: ({ layers }, row, next, through) =>
      levels.forEach((tubes, at) =>
        tubes.forEach((tube, which) => {
          const values = layers[at][LETTERS[which]];
          const value = values[row] + (values[next] - values[row]) * through;
          tube.style.transform = `scaleY(${value.toFixed(3)})`;
        }),
      ),
    say: ({ layers, bars, names }, row) => {
      list.querySelectorAll("button").forEach((button, at) => {
        const [f, i, o] = LETTERS.map((letter) => `${Math.round(100 * layers[at][letter][row])}\u00a0%`);
        const words = `Layer ${at + 1}, ${layers[at].units} units at row ${row + 1}, on average: forget ${f}, input ${i}, output ${o}`;
        button.setAttribute("aria-label", words);
        button.title = words;
      });
      list.querySelector(".row").textContent = `row ${row + 1}`;
      list.querySelector(".verdict").textContent = `${named(names, bars[row].winner)} · ${bars[row].labels[bars[row].winner]}`;
    },
  };
};

const UNITS_A_LINE = 64;

// From blue over nearly black to orange, as the heatmaps of the gates have it.
const SHADES = [
  [116, 192, 252],
  [28, 109, 181],
  [20, 23, 28],
  [194, 80, 10],
  [255, 192, 120],
];
const shadeOf = (state) => {
  const at = Math.min(Math.max((state + 1) * 2, 0), 3.9999);
  const from = Math.floor(at);
  return SHADES[from].map((channel, which) => channel + (SHADES[from + 1][which] - channel) * (at - from));
};

const makeUnits = (root, choose) => {
  const [title, canvas, mark, words] = ["h3", "canvas", "i", "p"].map((selector) => root.querySelector(selector));
  let states = null;
  let shown = null;
  let row = 0;
  const count = () => shown.layers[shown.layer - 1].units;
  const across = () => Math.min(UNITS_A_LINE, count());
  const stateOf = (unit) => states[row * count() + unit] / 127 - 1;
  const unitAt = (event) => {
    const box = canvas.getBoundingClientRect();
    const column = Math.floor(((event.clientX - box.x) / box.width) * canvas.width);
    const line = Math.floor(((event.clientY - box.y) / box.height) * canvas.height);
    const unit = line * across() + column;
    return column >= 0 && column < across() && unit >= 0 && unit < count() ? unit : null;
  };
  const say = (unit) => {
    words.textContent =
      unit === null ? "Point at a unit for its number, click it to see its cell." : `unit ${unit + 1}: h ≈ ${number(stateOf(unit), 2)}`;
  };
  canvas.onpointermove = (event) => say(unitAt(event));
  canvas.onpointerleave = () => say(null);
  canvas.onclick = (event) => {
    const unit = unitAt(event);
    if (unit !== null) choose(unit + 1);
  };

  const paint = (to) => {
    row = to;
    if (!states) return;
    const context = canvas.getContext("2d");
    const picture = context.createImageData(canvas.width, canvas.height);
    for (let unit = 0; unit < count(); unit += 1) picture.data.set([...shadeOf(stateOf(unit)), 255], 4 * unit);
    context.putImageData(picture, 0, 0);
    canvas.ariaLabel = `Hidden states of the ${count()} units of layer ${shown.layer} after row ${row + 1}`;
  };
  return {
    show: (data) => {
      shown = data;
      root.hidden = !data.states;
      states = data.states && Uint8Array.from(atob(data.states), (letter) => letter.charCodeAt(0));
      if (!states) return;
      title.textContent = `The ${count()} units of layer ${data.layer}: hidden state h`;
      canvas.width = across();
      canvas.height = Math.ceil(count() / across());
      root.style.setProperty("--across", canvas.width);
      root.style.setProperty("--lines", canvas.height);
      mark.hidden = data.unit === null;
      if (data.unit !== null) {
        root.style.setProperty("--column", (data.unit - 1) % across());
        root.style.setProperty("--line", Math.floor((data.unit - 1) / across()));
      }
      say(null);
    },
    paint,
  };
};
