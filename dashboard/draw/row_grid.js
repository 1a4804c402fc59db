// One small bar chart for each row. The elements stay when the numbers change, as they do with every stroke;
// what is only for the eye changes when it comes into sight.

const make = (name, inside) => {
  const element = document.createElement(name);
  element.append(...inside);
  return element;
};

const makeCell = (classes) => {
  const title = make("span", []);
  title.className = "title";
  title.ariaHidden = "true"; // the chart's label says it, too
  const chart = make("span", classes.map((label) => make("i", [String(label)])));
  chart.className = "cell";
  chart.setAttribute("role", "img");
  return make("li", [title, chart]);
};

const tell = (cell, row, { labels, winner }, settled) =>
  cell.lastChild.setAttribute("aria-label", `Row ${row}${settled ? ", settled" : ""}: ${winner} with ${labels[winner]}`);

const draw = (cell, row, { percents, labels, winner }, settled) => {
  const [title, chart] = cell.children;
  const name = `row ${row}`;
  title.replaceChildren(...(settled ? [make("b", [name]), " settled"] : [name]));
  [...chart.children].forEach((bar, label) => {
    bar.className = label === winner ? "winner" : "";
    bar.style.setProperty("--p", `${percents[label]}%`);
    bar.title = `row ${row} · class ${label} · ${labels[label]}`;
  });
};

const makeRowGrid = (grid) => {
  let shown = null;
  let inSight = false;
  let drawn = true;
  const each = (change) =>
    shown.bars.forEach((bars, at) => change(grid.children[at], at + 1, bars, at + 1 === shown.settled_at_row));
  const drawIfSeen = () => {
    if (drawn || !inSight) return;
    drawn = true;
    each(draw);
  };
  const sight = new IntersectionObserver((changes) => {
    inSight = changes.at(-1).isIntersecting;
    drawIfSeen();
  });
  sight.observe(grid);

  return (data) => {
    const classes = [...data.bars[0].percents.keys()];
    const size = `${data.bars.length} ${classes.length}`;
    if (grid.dataset.size !== size) grid.replaceChildren(...data.bars.map(() => makeCell(classes)));
    grid.dataset.size = size;
    shown = data;
    drawn = false;
    each(tell);
    drawIfSeen();
  };
};
