// The sum behind a gate: its largest terms as bars. Its lines stay in the page, so that nothing jumps.

const number = (value, digits) => {
  const rounded = Number(value.toFixed(digits)) + 0;
  return rounded.toFixed(digits).replace("-", "−");
};

const makeLine = () => {
  const bar = textElement("td", "");
  bar.className = "bar";
  bar.append(document.createElement("i"));
  const line = document.createElement("tr");
  line.tabIndex = 0;
  const name = textElement("th", "");
  name.scope = "row";
  line.append(name, bar, textElement("td", ""));
  return line;
};

const makeSum = (section, pointAt) => {
  const part = (selector) => section.querySelector(selector);
  const [title, equation, body, term] = ["h3", ".equation", "tbody", ".term"].map(part);

  const namesOf = (data) => {
    const features = data.layer === 1 ? data.columns : data.layers[data.layer - 2].units;
    const below = (at) => (data.layer === 1 ? `pixel ${at + 1}` : `layer ${data.layer - 1}, unit ${at + 1}`);
    return {
      ofTerm: (at) => (at < features ? below(at) : `h before, unit ${at - features + 1}`),
      pixel: (at) => (data.layer === 1 && at < features ? at : null),
      others: [data.layer === 1 ? "other pixels" : `rest of layer ${data.layer - 1}`, "rest of h before"],
      inputs: data.layer === 1 ? "pixels" : `layer ${data.layer - 1}`,
    };
  };

  const linesOf = (data, gate, row) => {
    const names = namesOf(data);
    const { terms, others, parts } = data.sums[gate][row];
    const mean = data.unit === null ? "mean weight" : "weight";
    return [
      ...terms.map(([at, x, weight]) => ({
        name: names.ofTerm(at),
        value: x * weight,
        pixel: names.pixel(at),
        detail: `${names.ofTerm(at)}: ${number(x, 2)} × ${mean} ${number(weight, 2)} = ${number(x * weight, 2)}`,
      })),
      ...others.map((value, at) => ({
        name: names.others[at],
        value,
        pixel: null,
        detail: `${names.others[at]}, together: ${number(value, 2)}`,
      })),
      { name: "bias", value: parts[2], pixel: null, detail: `bias, the same at every row: ${number(parts[2], 2)}` },
    ];
  };

  let pointed = null;
  let lines = [];
  const point = (at) => {
    pointed = at;
    term.textContent = at === null ? "Point at a term to see where it comes from." : lines[at].detail;
    pointAt(at === null ? null : lines[at].pixel);
  };

  return (data, gate, row) => {
    lines = linesOf(data, gate, row);
    if (body.children.length !== lines.length) {
      body.replaceChildren(...lines.map(makeLine));
      [...body.children].forEach((line, at) => {
        line.onpointerenter = line.onfocus = () => point(at);
        line.onpointerleave = line.onblur = () => point(null);
      });
    }
    const most = Math.max(...lines.map(({ value }) => Math.abs(value)), 1e-6);
    [...body.children].forEach((line, at) => {
      const { name, value } = lines[at];
      line.children[0].textContent = name;
      line.children[2].textContent = number(value, 2);
      const bar = line.children[1].firstChild;
      bar.className = value < 0 ? "minus" : "";
      bar.style.setProperty("--size", `${(50 * Math.abs(value)) / most}%`);
    });
    const [word, squash, letter] = GATE_NAMES[gate];
    const { parts, z } = data.sums[gate][row];
    const value = data.numbers[gate][row];
    title.textContent = `${gate === "candidate" ? "Candidate" : `${word[0].toUpperCase()}${word.slice(1)} gate`} ${letter}, row ${row + 1}: its sum`;
    const sum =
      `z = ${number(parts[0], 2)} (${namesOf(data).inputs}) + ${number(parts[1], 2)} (h before) + ` +
      `${number(parts[2], 2)} (bias) = ${number(z, 2)}`;
    equation.replaceChildren(
      textElement("span", sum.replaceAll("+ −", "− ")),
      textElement(
        "b",
        data.unit === null
          ? `mean ${gate === "candidate" ? "size " : ""}of ${squash}(z) over the units: ${value}`
          : `${letter} = ${squash}(z) = ${value}`,
      ),
    );
    point(pointed);
  };
};
