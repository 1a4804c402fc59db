// One row cursor for a page and a figure on it. The figure's player tells the page the row it came to rest
// at, and a click the cell that was hit; player and cursor move the figure by the figure's own frames.
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

// The layout of the figure's frame for a row.
const frameOf = (plot, row) => plot._transitionData._frameHash[String(row)].layout;

// All that differs between the frames of such a figure are shapes. Plotly moves them in a few milliseconds, where
// its own animation draws the whole figure anew; so what the figure's buttons and slider do is done here.
const show = (plot, figure, row, { slider = true } = {}) => {
  figure.shown = row;
  const update = { shapes: frameOf(plot, row).shapes };
  if (slider && plot.layout.sliders) update["sliders[0].active"] = row - 1;
  window.Plotly.relayout(plot, update);
};

const listen = (plot, { row, images }, moves) => {
  // row: where page and figure agreed last; told: rows that the page has not answered yet; run: of the page.
  const figure = { row, shown: row, told: [], run: 0, images, held: false, timer: 0, tell: null };
  const last = plot._transitionData?._frames?.length;

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
  const play = (row, milliseconds) => {
    if (!plot.isConnected) return;
    show(plot, figure, row);
    if (row >= last) return rest();
    figure.timer = setTimeout(() => play(row + 1, milliseconds), milliseconds);
  };

  // Plotly lets go of its slider only over the figure.
  const letGo = ({ target }) => {
    if (!plot.contains(target)) plot.dispatchEvent(new MouseEvent("mouseup"));
  };

  if (moves) {
    plot.on("plotly_buttonclicked", ({ button }) => {
      clearTimeout(figure.timer);
      if (button.name === "play") {
        return play(figure.shown < last ? figure.shown + 1 : 1, button.args[1].frame.duration);
      }
      const steps = { back: -1, next: 1, pause: 0 }[button.name];
      show(plot, figure, Math.min(Math.max(figure.shown + steps, 1), last));
      rest();
    });
    plot.on("plotly_sliderchange", ({ step, interaction }) => {
      if (interaction) show(plot, figure, Number(step.label), { slider: false });
    });
  } else {
    plot.on("plotly_animatingframe", ({ name }) => {
      clearTimeout(figure.timer);
      figure.shown = Number(name);
    });
    plot.on("plotly_animated", rest);
  }
  plot.on("plotly_sliderstart", () => {
    clearTimeout(figure.timer);
    figure.held = true;
    window.addEventListener("mouseup", letGo, { once: true });
  });
  plot.on("plotly_sliderend", () => {
    figure.held = false;
    rest();
  });
  plot.on("plotly_click", ({ points: [point] }) => {
    const unit = point.data.meta === "units" ? Number.parseInt(point.x, 10) : null;
    clearTimeout(figure.timer);
    tell(point.y, unit);
    if (moves) show(plot, figure, point.y);
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
  figure.told.length = 0; // what was told before is answered as a move of the page
  clearTimeout(figure.timer);
  if (figure.shown !== row) show(plot, figure, row);
};

export default function ({ data, parentElement, setStateValue, setTriggerValue }) {
  const { chart, framed, drawn, follows } = data;
  const moves = framed && follows;

  const tell = (row, unit) => setTriggerValue("touched", { row, unit });
  const look = () => {
    const plot = document.querySelector(`.st-key-${chart} .js-plotly-plot`);
    if (!ready(plot, data)) return;
    if (framed && follows !== Boolean(window.Plotly?.relayout)) return setStateValue("follows", !follows);
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
