// Two networks read one digit: both heatmaps beside the digit's rows, under one row that goes through all three.
// What it is made of stays in the page; another pair of networks brings new pictures and numbers, and the row stays.

const greatest = (shares) => shares.indexOf(Math.max(...shares));

const makeSideBySide = (root) => {
  const part = (selector) => root.querySelector(selector);
  const parts = (selector) => [...root.querySelectorAll(selector)];
  const [slider, output, tip] = ["input", "output", ".tip"].map(part);
  const panels = [".image", ".first", ".second"].map((name) => part(`${name}.panel`));
  let shown = null;
  const called = (label) => shown.names[label] ?? String(label);
  let said = "";

  const showRow = (row) => {
    root.style.setProperty("--row", row);
    const shares = shown.sides.map((side) => side.probabilities[row - 1]);
    const best = shares.map(greatest);
    const looks = shown.sides.map((side, at) => `${side.name} ${called(best[at])} (${percent(shares[at][best[at]])})`);
    output.textContent = `after row ${row} of ${shown.rows}`;
    slider.setAttribute("aria-valuetext", `after row ${row}: ${looks.join(", ")}`);
    part("caption").textContent = `Probability of each class after row ${row}`;
    parts("tbody tr").forEach((line, label) =>
      shares.forEach((side, at) => {
        const [bar, number] = [line.children[1 + 2 * at], line.children[2 + 2 * at]];
        bar.style.setProperty("--p", `${100 * side[label]}%`);
        number.textContent = percent(side[label]);
        number.classList.toggle("best", best[at] === label);
      }),
    );
  };
  const player = makeRowPlayer(root, () => shown.rows, showRow);

  panels.forEach((panel, number) => {
    const image = panel.querySelector("img"); // without the panel's coloured edge
    const cell = (event) => cellAt(event, image, shown.rows, shown.classes);
    panel.onclick = (event) => player.jump(cell(event)[0] + 1);
    if (!number) return;
    panel.onpointermove = (event) => {
      const [at, label] = cell(event);
      const says = shown.sides.map((side) => `${side.name}: ${percent(side.probabilities[at][label])}`).join(" · ");
      showTip(tip, root, event, `row ${at + 1}, class ${called(label)} · ${says}`);
    };
    panel.onpointerleave = () => (tip.hidden = true);
  });

  // Whatever depends on how many rows and classes there are; whether that is new.
  const lay = () => {
    const size = `${shown.rows} ${shown.classes} ${shown.names}`;
    if (root.dataset.size === size) return false;
    root.dataset.size = size;
    root.style.setProperty("--rows", shown.rows);
    slider.max = shown.rows;
    part(".rows").replaceChildren(...makeTicks(shown.rows));
    const labels = [...Array(shown.classes).keys()];
    for (const axis of parts(".classes")) axis.replaceChildren(...labels.map((label) => textElement("span", called(label))));
    part("tbody").replaceChildren(
      ...labels.map((label) => {
        const line = document.createElement("tr");
        const head = Object.assign(textElement("th", called(label)), { scope: "row" });
        line.append(head, ...["bar first", "", "bar second", ""].map((name) => {
          const td = document.createElement("td");
          td.className = name;
          return td;
        }));
        return line;
      }),
    );
    return true;
  };

  const showSide = (side, number) => {
    const section = parts(".networks section")[number];
    section.querySelector("h4 span").textContent = side.name;
    section.querySelector(".reads").textContent = side.reads;
    section.querySelector("dl").replaceChildren(
      ...side.facts.map(([name, value]) => {
        const pair = document.createElement("div");
        pair.append(textElement("dt", name), textElement("dd", value));
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
    const anew = lay();
    Object.assign(panels[0].querySelector("img"), { src: data.image, alt: data.digit });
    part(".below-image").textContent = `the ${data.thing}`;
    data.sides.forEach(showSide);
    part(".difference").textContent = data.difference;
    if (player.isPlaying()) player.go(player.row());
    else player.jump(anew ? data.start : player.row());
  };
  return { show, rest: player.rest };
};

const made = new WeakMap(); // by their first element

export default function ({ data, parentElement }) {
  const root = parentElement.querySelector(".side-by-side");
  if (!made.has(root)) made.set(root, makeSideBySide(root));
  const { show, rest } = made.get(root);
  show(data);
  return rest;
}
