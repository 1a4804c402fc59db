// Goes through the rows: by itself, by the slider, by keys. Between two rows everything moves, causes first; who
// asked for less motion sees row after row. The page learns the row when the player has come to rest.

const MILLISECONDS = { usual: 900, slow: 3000, step: 450 }; // from one row to the next
const REST = 250; // milliseconds without a new row after which the page is told
const KEYS = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1, Home: -Infinity, End: Infinity };

const makeCell = (root) => {
  const part = (selector) => root.querySelector(selector);
  const [play, slow, slider, picture, status] = [".play", ".slow", "input", ".picture", ".aside[role=status]"].map(part);
  const stillness = window.matchMedia("(prefers-reduced-motion: reduce)");

  let shown = null;
  let gate = "forget_gate";
  let at = 0; // the row, from 0; between two rows a fraction
  let goal = 0;
  let pace = MILLISECONDS.usual;
  let playing = false;
  let frame = 0;
  let before = 0;
  let said = -1;
  let timer = 0;
  let agreed = -1; // the row where the page and the player agreed last
  const told = []; // rows that the page has not answered yet
  let tell = () => {};

  const last = () => shown.bars.length - 1;
  const cell = makeCellPicture(picture, (name) => {
    gate = name;
    sayRow(said, true);
  });
  const drawing = makeDrawing(part(".drawing"), (row) => jump(row));
  const showSum = makeSum(part(".sum"), drawing.point);
  const stack = makeStack(part(".stack ol"), (layer) => {
    if (layer === shown.layer) return;
    stack.press(layer);
    tell({ layer });
  });
  const units = makeUnits(part(".units"), (unit) => tell({ unit }));

  // All that is said of a row.
  const sayRow = (row, anew = false) => {
    if (row === said && !anew) return;
    said = row;
    const { winner, labels } = shown.bars[row];
    drawing.light(row);
    slider.value = row + 1;
    slider.setAttribute("aria-valuetext", `row ${row + 1}: ${named(shown.names, winner)} with ${labels[winner]}`);
    part("output").textContent = `row ${row + 1} of ${shown.bars.length}`;
    part(".sentence").textContent = shown.sentences[row];
    part(".bars caption").textContent = `Read so far: ${named(shown.names, winner)}, ${labels[winner]}`;
    showBars(part(".bars tbody"), shown.bars[row], 1, shown.names);
    showSum(shown, gate, row);
    cell.press(gate, row);
    stack.say(shown, row);
    units.paint(row);
  };

  const draw = () => {
    const still = stillness.matches;
    const row = still ? Math.round(at) : Math.floor(at);
    const share = still ? 0 : at - row;
    const next = Math.min(row + 1, last());
    sayRow(share ? next : row);
    cell.draw(shown, row, share);
    cell.say(shown, said);
    stack.fill(shown, row, next, smooth(0.3, 0.8, share));
    const [from, to] = [shown.bars[row].percents, shown.bars[next].percents];
    const through = smooth(0.8, 1, share);
    const bars = part(".bars tbody").children;
    from.forEach((percent, label) => {
      bars[label].style.setProperty("--p", `${(percent + (to[label] - percent) * through).toFixed(2)}%`);
    });
  };

  const step = (now) => {
    const most = Math.max(now - before, 0) / pace; // a frame may bear an earlier time than the key it follows
    before = now;
    at = goal > at ? Math.min(at + most, goal) : Math.max(at - most, goal);
    draw();
    frame = 0;
    if (at !== goal) frame = requestAnimationFrame(step);
    else if (playing) rest();
    else settle();
  };
  const run = (to, milliseconds) => {
    goal = to;
    pace = milliseconds;
    clearTimeout(timer);
    if (frame) return;
    before = performance.now();
    frame = requestAnimationFrame(step);
  };

  // At rest: the page is told, and whoever listens hears the sentence.
  const settle = () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      status.textContent = shown.sentences[said];
      if (at === agreed) return;
      agreed = at;
      told.push(at);
      tell({ row: at + 1 });
    }, REST);
  };
  const stop = () => {
    playing = false;
    showPlaying(play, false);
  };
  const rest = () => {
    stop();
    const to = goal > at ? Math.ceil(at) : Math.floor(at);
    if (at === to) settle();
    else run(to, MILLISECONDS.step / 2);
  };
  const place = (row) => {
    cancelAnimationFrame(frame);
    frame = 0;
    at = goal = row;
    draw();
  };
  const jump = (row) => {
    stop();
    const to = Math.min(Math.max(row, 0), last());
    if (Math.abs(to - at) <= 1 && to !== at && !stillness.matches) return run(to, MILLISECONDS.step);
    place(to);
    settle();
  };
  const start = () => {
    playing = true;
    showPlaying(play, true);
    if (goal === last() && at === goal) place(0);
    run(last(), slow.ariaPressed === "true" ? MILLISECONDS.slow : MILLISECONDS.usual);
  };

  play.onclick = () => (playing ? rest() : start());
  slow.onclick = () => {
    slow.ariaPressed = String(slow.ariaPressed !== "true");
    if (playing) start();
  };
  part(".back").onclick = () => jump(Math.ceil(playing ? at : goal) - 1);
  part(".next").onclick = () => jump(Math.floor(playing ? at : goal) + 1);
  slider.oninput = () => jump(Number(slider.value) - 1);
  picture.onkeydown = (event) => {
    if (event.key === " " && event.target === picture) {
      event.preventDefault();
      return play.click();
    }
    if (!(event.key in KEYS)) return;
    event.preventDefault();
    jump((playing ? Math.round(at) : goal) + KEYS[event.key]);
  };

  const show = (data, say) => {
    tell = say;
    const changed = JSON.stringify({ ...data, row: 0 });
    const fresh = changed !== root.shown;
    const other = fresh && shown?.image !== data.image;
    root.shown = changed;
    if (fresh) {
      shown = data;
      slider.max = data.bars.length;
      drawing.show(data);
      stack.show(data);
      units.show(data);
      cell.show(data, data.sums);
      const what = data.unit === null ? "all units on average" : `unit ${data.unit}`;
      part(".work h3").textContent = `Layer ${data.layer}, ${what}`;
      picture.ariaLabel =
        `The LSTM cell of layer ${data.layer}, ${what}, with the numbers of the row. ` +
        "Arrow keys step through the rows, the space bar plays them.";
      at = Math.min(at, last());
    }
    const answered = told.indexOf(data.row - 1);
    told.splice(0, answered + 1);
    if (other || (answered < 0 && agreed !== data.row - 1)) {
      stop();
      agreed = data.row - 1;
      place(agreed);
    } else if (fresh) {
      said = -1;
      draw();
    }
  };
  stop();
  const end = () => {
    cancelAnimationFrame(frame);
    clearTimeout(timer);
    frame = 0;
  };
  return { show, end };
};

const cells = new WeakMap(); // by their first element

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".cell");
  if (!cells.has(root)) cells.set(root, makeCell(root));
  const { show, end } = cells.get(root);
  show(data, (touch) => setTriggerValue("touched", touch));
  return end;
}
