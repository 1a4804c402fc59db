// One small bar chart for each row. The elements stay when the numbers change, as they do with every stroke;
// what is only for the eye changes when it comes into sight.

const make = (name, inside) => {
  const element = document.createElement(name);
  element.append(...inside);
  return element;
};

const makeCell = (names, classes) => {
  const title = make("span", []);
  title.className = "title";
  title.ariaHidden = "true"; // the chart's label says it, too
  const chart = make("span", classes.map((label) => make("i", [namedShortly(names, label)])));
  chart.className = "cell";
  chart.setAttribute("role", "img");
  return make("li", [title, chart]);
};

const tell = (names, cell, row, { labels, winner }, settled) => {
  const said = `Row ${row}${settled ? ", settled" : ""}: ${named(names, winner)} with ${labels[winner]}`;
  cell.lastChild.setAttribute("aria-label", said);
};

const draw = (names, cell, row, { percents, labels, winner }, settled) => {
  const [title, chart] = cell.children;
  const name = percents.length > MANY ? `row ${row} · ${named(names, winner)}` : `row ${row}`;
  title.replaceChildren(...(settled ? [make("b", [name]), " settled"] : [name]));
  [...chart.children].forEach((bar, label) => {
    bar.className = label === winner ? "winner" : "";
    bar.style.setProperty("--p", `${percents[label]}%`);
    bar.title = `row ${row} · ${names ? "" : "class "}${named(names, label)} · ${labels[label]}`;
  });
};

const makeRowGrid = (grid) => {
  let shown = null;
  let inSight = false;
  let drawn = true;
  const each = (change) =>
    shown.bars.forEach((bars, at) => change(shown.names, grid.children[at], at + 1, bars, at + 1 === shown.settled_at_row));
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
    const size = JSON.stringify([data.bars.length, classes.length, data.names]);
    if (grid.dataset.size !== size) grid.replaceChildren(...data.bars.map(() => makeCell(data.names, classes)));
    grid.classList.toggle("many", classes.length > MANY);
    grid.dataset.size = size;
    shown = data;
    drawn = false;
    each(tell);
    drawIfSeen();
  };
};
