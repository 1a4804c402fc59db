// An LSTM cell as a picture: its wires as thick as what they carry. The picture is made once; a frame changes the
// wires, and a row the numbers.

const GATE_PLACES = { forget_gate: 130, input_gate: 235, candidate: 340, output_gate: 445 };
const GATE_NAMES = {
  forget_gate: ["forget", "σ", "f"],
  input_gate: ["input", "σ", "i"],
  candidate: ["candidate", "tanh", "g"],
  output_gate: ["output", "σ", "o"],
};
const [BOX_TOP, BOX_HEIGHT, BOX_WIDTH] = [262, 58, 96];
const RAIL = 372; // where x and h run to the gates

// What each wire carries, its way, where its number stands, and the part of the time between two rows in which what
// it carries at the next row comes through it: causes come before what follows from them.
const WIRES = [
  ["input", `M98 432V${RAIL}`, [110, 430, "start"], [0, 0.2]],
  ["hidden_before", `M8 ${RAIL}H98`, [8, 397, "start"], [0, 0.2]],
  ...Object.entries(GATE_PLACES).map(([gate, x]) => [
    `sum ${gate}`,
    `M${x} ${RAIL}V${BOX_TOP + BOX_HEIGHT}`,
    [x + 9, 352, "start"],
    [0.15, 0.35],
  ]),
  ["before", "M8 70H114", [58, 54, "middle"], [0, 0.2]],
  ["forget_gate", `M130 ${BOX_TOP}V86`, [120, 180, "end"], [0.3, 0.5]],
  ["input_gate", `M235 ${BOX_TOP}V180H324`, [226, 226, "end"], [0.3, 0.5]],
  ["candidate", `M340 ${BOX_TOP}V196`, [350, 234, "start"], [0.3, 0.5]],
  ["output_gate", `M445 ${BOX_TOP}V215H544`, [494, 203, "middle"], [0.3, 0.5]],
  ["kept", "M146 70H324", [235, 54, "middle"], [0.45, 0.65]],
  ["added", "M340 164V86", [350, 132, "start"], [0.45, 0.65]],
  ["cell", "M356 70H632", [450, 54, "middle"], [0.6, 0.8]],
  ["cell", "M560 70V112", null, [0.6, 0.8]],
  ["squashed", "M560 156V199", [570, 184, "start"], [0.7, 0.85]],
  ["hidden", `M560 231V${RAIL}H632`, [570, 300, "start"], [0.8, 1]],
];
const WHAT = {
  input: "x",
  hidden_before: "h",
  before: "c",
  forget_gate: "f",
  input_gate: "i",
  candidate: "g",
  output_gate: "o",
  kept: "f·c",
  added: "i·g",
  cell: "c",
  squashed: "",
  hidden: "h",
};
const NODES = [
  ["×", 130, 70],
  ["+", 340, 70],
  ["×", 340, 180],
  ["×", 560, 215],
];
const SCALES = [
  ["before", "kept", "added", "cell"],
  ["hidden_before", "squashed", "hidden"],
  Object.keys(GATE_PLACES).map((gate) => `sum ${gate}`),
  ["candidate"],
  ["input"],
];
const SIGMOID = ["forget_gate", "input_gate", "output_gate"];

const drawn = (name, attributes, inside = []) => {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...inside);
  return element;
};
const label = (text, [x, y, anchor], kind) => drawn("text", { x, y, "text-anchor": anchor, class: kind }, [text]);

const smooth = (from, to, at) => {
  const share = Math.min(Math.max((at - from) / (to - from), 0), 1);
  return share * share * (3 - 2 * share);
};

const makeGate = (gate, open) => {
  const [name, squash] = GATE_NAMES[gate];
  const x = GATE_PLACES[gate] - BOX_WIDTH / 2;
  const box = { x, width: BOX_WIDTH, rx: 8 };
  const level = drawn("rect", { x: x + 2, width: BOX_WIDTH - 4, class: "level" });
  const group = drawn("g", { class: "gate", role: "button", tabindex: 0, "aria-pressed": "false" }, [
    drawn("rect", { ...box, y: BOX_TOP, height: BOX_HEIGHT, class: "back" }),
    level,
    drawn("rect", { ...box, y: BOX_TOP, height: BOX_HEIGHT, class: "box" }),
    label(name, [GATE_PLACES[gate], BOX_TOP + 24, "middle"], "name"),
    label(squash, [GATE_PLACES[gate], BOX_TOP + 48, "middle"], "squash"),
  ]);
  group.dataset.gate = gate;
  group.onclick = () => open(gate);
  group.onkeydown = (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    event.stopPropagation();
    open(gate);
  };
  const fill = (value) => {
    const height = (BOX_HEIGHT - 4) * Math.abs(value) * (gate === "candidate" ? 0.5 : 1);
    const foot = gate === "candidate" ? BOX_TOP + BOX_HEIGHT / 2 : BOX_TOP + BOX_HEIGHT - 2;
    level.setAttribute("y", gate === "candidate" && value < 0 ? foot : foot - height);
    level.setAttribute("height", height);
    if (gate === "candidate") level.classList.toggle("minus", value < 0);
  };
  return { group, fill };
};

const makeCellPicture = (place, open) => {
  const wires = WIRES.map(([what, d, at, [from, to]]) => ({
    what,
    from,
    to,
    line: drawn("path", { d, class: "wire" }),
    pulse: drawn("path", { d, class: "pulse", pathLength: 100 }),
    number: at && label("", at, "number"),
  }));
  const gates = Object.fromEntries(Object.keys(GATE_PLACES).map((gate) => [gate, makeGate(gate, open)]));
  const goal = label("", [632, 397, "end"], "word");
  place.append(
    drawn("svg", { viewBox: "0 0 640 440" }, [
      drawn("path", { d: `M98 ${RAIL}H${GATE_PLACES.output_gate}`, class: "rail" }),
      ...wires.flatMap(({ line, pulse }) => [line, pulse]),
      ...Object.values(gates).map(({ group }) => group),
      drawn("rect", { x: 524, y: 112, width: 72, height: 44, rx: 22, class: "back node" }),
      label("tanh", [560, 140, "middle"], "squash"),
      ...NODES.flatMap(([sign, x, y]) => [
        drawn("circle", { cx: x, cy: y, r: 16, class: "back node" }),
        label(sign, [x, y + 7, "middle"], "sign"),
      ]),
      label("memory before", [8, 24, "start"], "word"),
      label("memory after", [632, 24, "end"], "word"),
      goal,
      ...wires.flatMap(({ number }) => (number ? [number] : [])),
    ]),
  );

  let shown = null;
  let most = {};
  let said = -1;

  // `numbers` has the text of every quantity at every row, `flow` its values.
  const show = (data, sums) => {
    shown = {
      ...data.flow,
      input: data.input,
      ...Object.fromEntries(Object.entries(sums).map(([gate, rows]) => [`sum ${gate}`, rows.map(({ z }) => z)])),
    };
    most = {};
    for (const scale of SCALES) {
      const largest = Math.max(...scale.flatMap((what) => shown[what].map(Math.abs)), 1e-6);
      for (const what of scale) most[what] = largest;
    }
    for (const gate of SIGMOID) most[gate] = 1;
    goal.textContent = data.layer < data.layers.length ? `to layer ${data.layer + 1}` : "to softmax";
    said = -1;
  };

  const textOf = (data, what, row) => {
    if (what.startsWith("sum ")) return `z ${number(shown[what][row], 1)}`;
    const name = WHAT[what];
    return name ? `${name} ${data.numbers[what][row]}` : data.numbers[what][row];
  };

  // The wires between rows `row` and `row + 1`, both from 0, at `share` of the way.
  const draw = (data, row, share) => {
    const next = Math.min(row + 1, shown.cell.length - 1);
    for (const { what, from, to, line, pulse } of wires) {
      const through = share ? smooth(from, to, share) : 0;
      const value = shown[what][row] + (shown[what][next] - shown[what][row]) * through;
      const size = Math.abs(value) / most[what];
      line.style.strokeWidth = 1.5 + 11 * size;
      line.classList.toggle("open", SIGMOID.includes(what));
      line.classList.toggle("minus", !SIGMOID.includes(what) && value < 0);
      pulse.style.opacity = through > 0 && through < 1 ? 1 : 0;
      if (through) pulse.style.strokeDashoffset = 12 - 112 * through;
      if (gates[what]) gates[what].fill(value);
    }
  };

  // The numbers of `row`. They change together, and with all else that is said of a row, such as the opened sum.
  const say = (data, row) => {
    if (row === said) return;
    said = row;
    for (const { what, number } of wires) if (number) number.textContent = textOf(data, what, row);
  };

  const press = (gate, row) => {
    for (const [name, { group }] of Object.entries(gates)) {
      group.setAttribute("aria-pressed", name === gate);
      const words = name === "candidate" ? "Candidate" : `${GATE_NAMES[name][0]} gate`;
      group.setAttribute("aria-label", `${words} at row ${row + 1}: ${number(shown[name][row], 2)}. Open its sum`);
    }
  };
  return { show, draw, say, press };
};
