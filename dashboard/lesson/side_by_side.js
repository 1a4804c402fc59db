// Two networks read one digit: both heatmaps beside the digit's rows, under one row that goes through all three.
// What it is made of stays in the page; another pair of networks brings new pictures and numbers, and the row stays.

const MILLISECONDS_A_ROW = 300;

const element = (name, text) => Object.assign(document.createElement(name), { textContent: text });

const percent = (share) => `${(100 * share).toFixed(1)} %`;

const greatest = (shares) => shares.indexOf(Math.max(...shares));

// Rows 1, 5, 10 and so on; every one of few.
const ticks = (rows) =>
  Array.from({ length: rows }, (_, at) => at + 1).filter((row) => rows <= 10 || row === 1 || row % 5 === 0);

const makeSideBySide = (root) => {
  const part = (selector) => root.querySelector(selector);
  const parts = (selector) => [...root.querySelectorAll(selector)];
  const [play, slider, output, tip] = [".play", "input", "output", ".tip"].map(part);
  const panels = [".image", ".first", ".second"].map((name) => part(`${name}.panel`));
  let shown = null;
  let said = "";
  let row = 0;
  let timer = 0;

  const go = (to) => {
    row = Math.min(Math.max(to, 1), shown.rows);
    root.style.setProperty("--row", row);
    slider.value = row;
    const shares = shown.sides.map((side) => side.probabilities[row - 1]);
    const best = shares.map(greatest);
    const looks = shown.sides.map((side, at) => `${side.name} ${best[at]} (${percent(shares[at][best[at]])})`);
    output.textContent = `after row ${row} of ${shown.rows}`;
    slider.setAttribute("aria-valuetext", `after row ${row}: ${looks.join(", ")}`);
    part("caption").textContent = `Probability of each class after row ${row}`;
    parts("tbody tr").forEach((line, label) =>
      shares.forEach((side, at) => {
        const [bar, number] = [line.children[1 + 2 * at], line.children[2 + 2 * at]];
        bar.style.setProperty("--p", percent(side[label]).replace(" ", ""));
        number.textContent = percent(side[label]);
        number.classList.toggle("best", best[at] === label);
      }),
    );
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
    if (row === shown.rows) go(1);
    timer = setInterval(() => (row < shown.rows ? go(row + 1) : rest()), MILLISECONDS_A_ROW);
  };
  play.onclick = () => (timer ? rest() : start());
  part(".back").onclick = () => jump(row - 1);
  part(".next").onclick = () => jump(row + 1);
  slider.oninput = () => jump(Number(slider.value));

  panels.forEach((panel, number) => {
    const cell = ({ clientX, clientY }) => {
      const box = panel.querySelector("img").getBoundingClientRect(); // without the panel's coloured edge
      const within = (share, count) => Math.min(Math.max(Math.floor(share * count), 0), count - 1);
      return [
        within((clientY - box.y) / box.height, shown.rows),
        within((clientX - box.x) / box.width, shown.classes),
      ];
    };
    panel.onclick = (event) => jump(cell(event)[0] + 1);
    if (!number) return;
    panel.onpointermove = (event) => {
      const [at, label] = cell(event);
      const whole = root.getBoundingClientRect();
      tip.hidden = false;
      tip.textContent = shown.sides
        .map((side) => `${side.name}: ${percent(side.probabilities[at][label])}`)
        .join(" · ");
      tip.textContent = `row ${at + 1}, class ${label} · ${tip.textContent}`;
      const room = tip.offsetWidth / 2;
      tip.style.left = `${Math.min(Math.max(event.clientX - whole.x, room), whole.width - room)}px`;
      tip.style.top = `${event.clientY - whole.y}px`;
    };
    panel.onpointerleave = () => (tip.hidden = true);
  });

  // Whatever depends on how many rows and classes there are.
  const lay = () => {
    const size = `${shown.rows} ${shown.classes}`;
    if (root.dataset.size === size) return;
    root.dataset.size = size;
    root.style.setProperty("--rows", shown.rows);
    slider.max = shown.rows;
    row = 0;
    part(".rows").replaceChildren(
      ...ticks(shown.rows).map((at) => {
        const tick = element("span", at);
        tick.style.setProperty("--at", at);
        return tick;
      }),
    );
    const labels = [...Array(shown.classes).keys()];
    for (const axis of parts(".classes")) axis.replaceChildren(...labels.map((label) => element("span", label)));
    part("tbody").replaceChildren(
      ...labels.map((label) => {
        const line = document.createElement("tr");
        const head = Object.assign(element("th", label), { scope: "row" });
        line.append(head, ...["bar first", "", "bar second", ""].map((name) => {
          const td = document.createElement("td");
          td.className = name;
          return td;
        }));
        return line;
      }),
    );
  };

  const showSide = (side, number) => {
    const section = parts(".networks section")[number];
    section.querySelector("h4 span").textContent = side.name;
    section.querySelector(".reads").textContent = side.reads;
    section.querySelector("dl").replaceChildren(
      ...side.facts.map(([name, value]) => {
        const pair = document.createElement("div");
        pair.append(element("dt", name), element("dd", value));
        return pair;
      }),
    );
    parts("thead th")[1 + number].textContent = side.name;
    const panel = panels[1 + number];
    panel.style.setProperty("--settled", side.settled ?? 1);
    panel.querySelector(".settled").hidden = side.settled === null;
    Object.assign(panel.querySelector("img"), {
      src: side.heatmap,
      alt: `${side.name}: each class's probability after every row. ${side.reads}`,
    });
  };

  const show = (data) => {
    const says = JSON.stringify(data);
    if (says === said) return; // whoever goes through the rows stays where they are
    said = says;
    shown = data;
    lay();
    Object.assign(panels[0].querySelector("img"), { src: data.image, alt: data.digit });
    data.sides.forEach(showSide);
    part(".difference").textContent = data.difference;
    if (timer) go(row);
    else jump(row || data.rows);
  };
  return { show, rest };
};

const made = new WeakMap(); // by their first element

export default function ({ data, parentElement }) {
  const root = parentElement.querySelector(".side-by-side");
  if (!made.has(root)) made.set(root, makeSideBySide(root));
  const { show, rest } = made.get(root);
  show(data);
  return rest;
}
