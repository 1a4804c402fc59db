// A training step in five stages. All of it stands in the page; walking through shows one stage after the other.

const SECONDS_A_STAGE = 9;
const STAGES = 5;

const still = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

const element = (name, text = "", className = "") =>
  Object.assign(document.createElement(name), { textContent: text, className });

const greatest = (numbers) => numbers.indexOf(Math.max(...numbers));

const drawn = (name, attributes) => {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
};

// Where an axis of probabilities ends, so that small ones can be told apart and it seldom changes.
const ceiling = (...series) => [0.25, 0.5, 1].find((end) => end >= Math.max(...series.flat())) ?? 1;

// An axis below: the first, and every so many of the numbers from one to the last.
const axis = (first, last, every) => {
  const made = element("div", "", "axis");
  const count = last - first + 1;
  for (let at = first; at <= last; at += 1) {
    if (at !== first && at % every) continue;
    const tick = element("span", at);
    tick.style.left = `${(100 * (at - first + 0.5)) / count}%`;
    made.append(tick);
  }
  return made;
};

// Bars, each of one number or of several; `names` are the classes of the bars that stand side by side.
const bars = (plot, series, { most, says, names = [""], first = 1, every = 5, strong = -1, label }) => {
  const box = element("div", "", "bars");
  box.setAttribute("role", "img");
  box.setAttribute("aria-label", label);
  series[0].forEach((_, at) => {
    const group = element("div", "", at === strong ? "strong" : "");
    group.title = says(at);
    series.forEach((numbers, which) => {
      const bar = element("i", "", names[which]);
      bar.style.height = `${(100 * numbers[at]) / (most || 1)}%`;
      group.append(bar);
    });
    box.append(group);
  });
  plot.replaceChildren(box, axis(first, first + series[0].length - 1, every));
  return box;
};

// Lines over the same numbers from the left edge to the right.
const lines = (plot, series, { most, scale, names, label, edge }) => {
  const box = element("div", "", "lines");
  box.setAttribute("role", "img");
  box.setAttribute("aria-label", label);
  const svg = drawn("svg", { viewBox: "0 0 100 100", preserveAspectRatio: "none", "aria-hidden": "true" });
  series.forEach((numbers, which) => {
    const across = (at) => (edge ? (100 * at) / Math.max(numbers.length - 1, 1) : (100 * (at + 0.5)) / numbers.length);
    const points = numbers.map((number, at) => `${across(at)},${100 - (100 * number) / most}`);
    if (points.length === 1) points.push(`1,${100 - (100 * numbers[0]) / most}`);
    svg.append(drawn("polyline", { points: points.join(" "), class: names[which], "vector-effect": "non-scaling-stroke" }));
  });
  box.append(svg, element("span", scale, "most"));
  plot.replaceChildren(box);
  return box;
};

const fill = (root, data) => {
  const part = (selector) => root.querySelector(selector);
  const says = [...data.sentences, data.outcome];
  root.querySelectorAll("section:not(.curve) .says").forEach((line, at) => (line.textContent = says[at]));

  part(".batch").replaceChildren(
    ...data.images.map((image) => {
      const figure = element("figure", "", image.watched ? "watched" : "");
      const whose = image.watched ? (data.drawn ? ", your drawing" : ", read again below") : "";
      const img = Object.assign(element("img"), { src: image.src, alt: `A ${image.label}${whose}` });
      const caption = element("figcaption");
      caption.append(element("b", image.label), ` ${percent(image.share)}`);
      figure.append(img, caption);
      return figure;
    }),
  );

  const most = Math.max(...data.loss, data.guess) * 1.15;
  const box = bars(part(".loss .plot"), [data.loss], {
    most,
    says: (at) => `after row ${at + 1}: ${data.loss[at].toFixed(2)}`,
    label: `Mean cost after each row, from ${data.loss[0].toFixed(2)} after row 1 to ${data.loss.at(-1).toFixed(2)} after row ${data.loss.length}`,
  });
  const guess = element("u");
  guess.style.bottom = `${(100 * data.guess) / most}%`;
  box.append(guess);
  part(".loss .key em").textContent = `all digits equally probable: ${data.guess.toFixed(2)}`;

  part(".gradient").replaceChildren(
    ...data.gradient.flatMap(({ name, rows }) => {
      const [plot, at] = [element("div", "", "plot"), greatest(rows)];
      bars(plot, [rows], {
        most: Math.max(...rows),
        strong: at,
        says: (row) => `row ${row + 1} adds a gradient of norm ${rows[row].toPrecision(2)}`,
        label: `${name}: how much each row adds to the gradient; most is row ${at + 1}`,
      });
      return [element("h5", `${name}: what each row adds, most at row ${at + 1}`), plot];
    }),
  );

  part(".update").replaceChildren(
    ...data.update.map((matrix) => {
      const block = element("div", "", "matrix");
      const three = element("div", "", "three");
      ["before", "change", "after"].forEach((name, at) => {
        const figure = element("figure");
        const img = Object.assign(element("img"), { src: matrix.pictures[at], alt: `${matrix.name}: ${name}` });
        const caption = element("figcaption");
        caption.append(element("b", name), ` ${matrix.scales[at]}`);
        figure.append(img, caption);
        three.append(figure);
      });
      block.append(element("h5", `${matrix.name} (${matrix.shape})`), three, element("p", matrix.norms, "norms"));
      return block;
    }),
    element("p", data.note, "note"),
  );

  const [before, after] = data.right;
  const rows = before.length;
  part(".again h5").textContent = `The right answer, ${data.label}, after every row`;
  const path = part(".again .rows");
  const end = ceiling(...data.right);
  lines(path, data.right, {
    most: end,
    scale: percent(end, 0),
    names: ["before", "after"],
    label: `Probability of ${data.label} after every row; after the last one ${percent(before.at(-1))} before and ${percent(after.at(-1))} after`,
  });
  path.append(axis(1, rows, 5));
  const shares = data.classes;
  const top = ceiling(...shares);
  const pairs = bars(part(".again .classes"), shares, {
    most: top,
    first: 0,
    every: 1,
    names: ["before", "after"],
    says: (at) => `${at}: ${percent(shares[0][at])} before, ${percent(shares[1][at])} after`,
    label: shares[0].map((share, at) => `${at}: ${percent(share)} before, ${percent(shares[1][at])} after`).join("; "),
  });
  pairs.classList.add("scaled");
  pairs.append(element("span", percent(top, 0), "most"));

  const curve = part(".curve .plot");
  const steps = data.losses.length - 1;
  const taken = `${steps} step${steps === 1 ? "" : "s"}`;
  const now = data.said[1];
  part(".curve .says").textContent = steps
    ? `${taken} taken; the loss began at ${data.losses[0].toFixed(2)} and is ${now} now. It is measured on these images only.`
    : `No step taken yet; the loss is ${now}. Every step adds a point here.`;
  const highest = Math.max(...data.losses) * 1.3;
  lines(curve, [data.losses], {
    most: highest,
    scale: highest.toFixed(1),
    names: ["after"],
    edge: true,
    label: `The loss over ${taken}, from ${data.losses[0].toFixed(2)} to ${now}`,
  });
  const ends = element("div", "", "ends");
  ends.append(element("span", "step 0"), element("span", steps ? `step ${steps}` : ""));
  curve.append(ends);
};

const makeStages = (root) => {
  const part = (selector) => root.querySelector(selector);
  const [outcome, status, play] = [".outcome", ".unseen", ".play"].map(part);
  const cards = [...root.querySelectorAll("section:not(.curve)")];
  const choices = [...root.querySelectorAll(".stages button")];
  let shown = null;
  let said = "";
  let lit = 0; // the stage that is lit, from 1; 0 shows all
  let timer = 0;

  const rest = () => {
    clearInterval(timer);
    timer = 0;
    showPlaying(play, false);
  };
  const light = (stage) => {
    lit = stage;
    root.classList.toggle("walking", lit > 0);
    cards.forEach((card, at) => {
      card.classList.toggle("lit", at + 1 === lit);
      card.classList.toggle("later", lit > 0 && at + 1 > lit);
    });
    part(".curve").classList.toggle("later", lit > 0 && lit < STAGES);
    choices.forEach((choice, at) =>
      at + 1 === lit ? choice.setAttribute("aria-current", "step") : choice.removeAttribute("aria-current"),
    );
    part(".back").disabled = lit <= 1;
    part(".next").disabled = lit === STAGES;
    part(".all").disabled = !lit;
    const name = lit && cards[lit - 1].querySelector("h4").textContent;
    const sentence = lit && cards[lit - 1].querySelector(".says").textContent;
    outcome.textContent = lit && lit < STAGES ? `Stage ${name}` : shown.outcome;
    status.textContent = lit ? `Stage ${name}. ${sentence}` : shown.outcome;
    if (lit) cards[lit - 1].scrollIntoView({ block: "nearest", behavior: still() ? "auto" : "smooth" });
  };
  const go = (stage) => {
    rest();
    light(Math.min(Math.max(stage, 1), STAGES));
  };
  const start = () => {
    showPlaying(play, true);
    light(lit && lit < STAGES ? lit : 1);
    timer = setInterval(() => {
      light(lit + 1);
      if (lit === STAGES) rest();
    }, 1000 * SECONDS_A_STAGE);
  };
  play.onclick = () => (timer ? rest() : start());
  part(".back").onclick = () => go(lit - 1);
  part(".next").onclick = () => go(lit + 1);
  part(".all").onclick = () => {
    rest();
    light(0);
  };
  choices.forEach((choice, at) => (choice.onclick = () => go(at + 1)));

  const show = ({ walk, ...data }) => {
    const says = JSON.stringify(data);
    if (says === said) return; // whoever walks through the stages stays where they are
    said = says;
    shown = data;
    fill(root, data);
    rest();
    if (!walk) light(0);
    else if (still()) go(1);
    else start();
  };
  return { show, rest };
};

const made = new WeakMap(); // by their first element

export default function ({ data, parentElement }) {
  const root = parentElement.querySelector(".step-stages");
  if (!made.has(root)) made.set(root, makeStages(root));
  const { show, rest } = made.get(root);
  show(data);
  return rest;
}
