// One row cursor for a page and a figure on it. The figure's player tells the page the row it came to rest
// at, and a click the cell that was hit; the page's cursor moves the figure by the figure's own frames.
//
// The figure comes when Streamlit has loaded Plotly, and anew whenever it is drawn anew, so it is looked
// for again and again. What is known of a figure goes with it.

const REST = 100; // milliseconds without a frame after which a player is at rest
const LOOK = 50;

const known = new WeakMap(); // by figure
const looking = new WeakMap(); // by component: Streamlit calls it anew for every run, and cleans up at the end

// Whether it is there, and the one that this run of the page speaks of.
const ready = (plot, { framed, drawn }) =>
  plot?.on &&
  plot._fullLayout &&
  plot.layout.meta === drawn.run &&
  (!framed || plot._transitionData?._frames?.length);

const move = (plot, row) =>
  window.Plotly.animate(plot, [String(row)], {
    mode: "immediate",
    frame: { duration: 0, redraw: true },
    transition: { duration: 0 },
  }).catch(() => {}); // rejected when another animation takes its place

const listen = (plot, { row, images }, moves) => {
  // row: where page and figure agreed last; told: rows that the page has not answered yet; run: of the page.
  const figure = { row, shown: row, told: [], run: 0, images, held: false, timer: 0, tell: null };

  const tell = (row, unit) => {
    figure.row = row;
    figure.told.push(row);
    figure.tell(row, unit);
  };
  const rest = () => {
    clearTimeout(figure.timer);
    figure.timer = setTimeout(() => {
      if (!figure.held && figure.shown !== figure.row) tell(figure.shown, null);
    }, REST);
  };

  plot.on("plotly_animatingframe", ({ name }) => {
    clearTimeout(figure.timer);
    figure.shown = Number(name);
  });
  plot.on("plotly_animated", rest);
  plot.on("plotly_sliderstart", () => (figure.held = true));
  plot.on("plotly_sliderend", () => {
    figure.held = false;
    rest();
  });
  plot.on("plotly_click", ({ points: [point] }) => {
    const unit = point.data.meta === "units" ? Number.parseInt(point.x, 10) : null;
    tell(point.y, unit);
    if (moves) move(plot, point.y);
  });
  return figure;
};

// Once for every run of the page: go where its cursor stands, unless it stands there because of the figure,
// which may have moved on by now.
const follow = (plot, figure, { row, run, images }) => {
  if (figure.run >= run) return;
  figure.run = run;
  if (JSON.stringify(images) !== JSON.stringify(figure.images)) {
    figure.images = images;
    window.Plotly.relayout(plot, { images });
  }
  const answered = figure.told.indexOf(row);
  figure.told.splice(0, answered + 1);
  if (answered >= 0 || figure.row === row) return;
  figure.row = row;
  if (figure.shown !== row) move(plot, row);
};

export default function ({ data, parentElement, setStateValue, setTriggerValue }) {
  const { chart, framed, drawn, follows } = data;
  const moves = framed && follows;

  const tell = (row, unit) => setTriggerValue("touched", { row, unit });
  const look = () => {
    const plot = document.querySelector(`.st-key-${chart} .js-plotly-plot`);
    if (!ready(plot, data)) return;
    if (framed && follows !== Boolean(window.Plotly?.animate)) return setStateValue("follows", !follows);
    if (!known.has(plot)) {
      known.set(plot, listen(plot, drawn, moves));
      plot.dataset.linked = "yes"; // for tests, which are faster than people
    }
    const figure = known.get(plot);
    figure.tell = tell;
    if (moves) follow(plot, figure, data);
  };
  const stop = () => clearInterval(looking.get(parentElement));
  stop();
  look();
  looking.set(parentElement, setInterval(look, LOOK));
  return stop;
}
