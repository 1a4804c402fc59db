// What all players of rows have in common: going through the rows by itself, by buttons, a slider or a click, and
// saying what is under the pointer.

const MILLISECONDS_A_ROW = 300;

// `root` has the buttons .play, .back and .next and a slider; `rows` tells how many rows there are, `show` shows one.
const makeRowPlayer = (root, rows, show) => {
  const [play, slider] = [".play", "input"].map((selector) => root.querySelector(selector));
  let row = 0;
  let timer = 0;
  const go = (to) => {
    row = Math.min(Math.max(to, 1), rows());
    slider.value = row;
    show(row);
  };
  const rest = () => {
    clearInterval(timer);
    timer = 0;
    showPlaying(play, false);
  };
  const jump = (to) => {
    rest();
    go(to);
  };
  const start = () => {
    showPlaying(play, true);
    if (row === rows()) go(1);
    timer = setInterval(() => (row < rows() ? go(row + 1) : rest()), MILLISECONDS_A_ROW);
  };
  play.onclick = () => (timer ? rest() : start());
  root.querySelector(".back").onclick = () => jump(row - 1);
  root.querySelector(".next").onclick = () => jump(row + 1);
  slider.oninput = () => jump(Number(slider.value));
  return { go, jump, rest, row: () => row, isPlaying: () => timer !== 0 };
};

// Rows 1, 5, 10 and so on; every one of few, and fewer of many.
const ticks = (rows) => {
  const step = rows <= 10 ? 1 : 5 * Math.ceil(rows / 50);
  return Array.from({ length: rows }, (_, at) => at + 1).filter((row) => row === 1 || row % step === 0);
};

const makeTicks = (rows) =>
  ticks(rows).map((at) => {
    const tick = textElement("span", at);
    tick.style.setProperty("--at", at);
    return tick;
  });

// The row and the column, from 0, of the cell of an image at which an event points.
const cellAt = ({ clientX, clientY }, image, rows, columns) => {
  const box = image.getBoundingClientRect();
  const within = (share, count) => Math.min(Math.max(Math.floor(share * count), 0), count - 1);
  return [within((clientY - box.y) / box.height, rows), within((clientX - box.x) / box.width, columns)];
};

// Beside the pointer, within `root`.
const showTip = (tip, root, { clientX, clientY }, text) => {
  const whole = root.getBoundingClientRect();
  tip.hidden = false;
  tip.textContent = text;
  const room = tip.offsetWidth / 2;
  tip.style.left = `${Math.min(Math.max(clientX - whole.x, room), whole.width - room)}px`;
  tip.style.top = `${clientY - whole.y}px`;
};
