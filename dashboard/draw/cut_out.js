// A picture with the part of it that is read in a frame. The frame is dragged, by its corners made larger or smaller,
// or drawn anew; the arrow keys do the same. What was chosen is sent when the pointer lifts, or when the keys rest.

const WHOLE = [0, 0, 1, 1];
const LEAST = 0.04; // of the picture's width or height
const STEP = 0.02;
const REST = 350; // milliseconds
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

const within = (value, low, high) => Math.min(Math.max(value, low), high);

const moved = ([left, top, right, bottom], dx, dy) => {
  const x = within(dx, -left, 1 - right);
  const y = within(dy, -top, 1 - bottom);
  return [left + x, top + y, right + x, bottom + y];
};

// A corner is named by the sides that meet in it: 0 and 1 are left and top, 2 and 3 right and bottom.
const cornered = (box, corner, dx, dy) => {
  const found = [...box];
  [dx, dy].forEach((by, axis) => {
    const side = axis + (axis ? corner.y : corner.x);
    const [low, high] = side < 2 ? [0, box[side + 2] - LEAST] : [box[side - 2] + LEAST, 1];
    found[side] = within(box[side] + by, low, high);
  });
  return found;
};

const between = (from, to) =>
  [0, 1].map((axis) => Math.min(from[axis], to[axis])).concat([0, 1].map((axis) => Math.max(from[axis], to[axis])));

const makeCutOut = (root) => {
  const part = (selector) => root.querySelector(selector);
  const sheet = part(".sheet");
  const frame = part(".frame");
  let box = WHOLE;
  let send = () => {};
  let waiting = 0;

  const show = (next) => {
    box = next;
    ["left", "top", "right", "bottom"].forEach((side, at) => frame.style.setProperty(`--${side}`, box[at]));
    part(".whole").hidden = box.every((value, at) => value === WHOLE[at]);
  };
  const tell = () => send(box.map((value) => Number(value.toFixed(4))));
  const placeOf = (event) => {
    const { left, top, width, height } = sheet.getBoundingClientRect();
    return [within((event.clientX - left) / width, 0, 1), within((event.clientY - top) / height, 0, 1)];
  };

  sheet.onpointerdown = (event) => {
    if (event.button) return;
    const from = placeOf(event);
    const before = box;
    const { x, y } = event.target.dataset;
    const isWhole = part(".whole").hidden;
    const change = x !== undefined
      ? (dx, dy) => cornered(before, { x: Number(x), y: Number(y) }, dx, dy)
      : event.target.matches(".move") && !isWhole
        ? (dx, dy) => moved(before, dx, dy)
        : (dx, dy) => between(from, [from[0] + dx, from[1] + dy]);
    sheet.setPointerCapture(event.pointerId);
    sheet.onpointermove = (move) => {
      const to = placeOf(move);
      show(change(to[0] - from[0], to[1] - from[1]));
    };
    sheet.onpointerup = sheet.onpointercancel = () => {
      sheet.onpointermove = sheet.onpointerup = sheet.onpointercancel = null;
      // A mere click, or a frame too small to be meant, changes nothing.
      if (box[2] - box[0] < LEAST || box[3] - box[1] < LEAST) return show(before);
      if (box.some((value, at) => value !== before[at])) tell();
    };
  };
  frame.onkeydown = (event) => {
    const arrow = ARROWS[event.key];
    if (!arrow) return;
    event.preventDefault();
    const { x, y } = event.target.dataset;
    const by = arrow.map((direction) => direction * STEP);
    show(x === undefined ? moved(box, ...by) : cornered(box, { x: Number(x), y: Number(y) }, ...by));
    clearTimeout(waiting);
    waiting = setTimeout(tell, REST);
  };
  part(".whole").onclick = () => {
    show(WHOLE);
    tell();
  };

  return (data, setStateValue) => {
    send = (value) => setStateValue("box", value);
    part(".picture").src = data.picture;
    part(".picture").alt = data.alt;
    part(".marks").src = data.marks;
    part(".key.other").hidden = !data.leftOut;
    if (!sheet.onpointermove && !waiting) show(data.box);
    waiting = 0;
  };
};

const cutOuts = new WeakMap(); // by their element

export default function ({ data, parentElement, setStateValue }) {
  const root = parentElement.querySelector(".cut-out");
  if (!cutOuts.has(root)) cutOuts.set(root, makeCutOut(root));
  cutOuts.get(root)(data, setStateValue);
}
