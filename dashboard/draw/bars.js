// The probabilities of the classes as a table of bars; the elements stay when the numbers change.

const textElement = (name, text) => {
  const element = document.createElement(name);
  element.textContent = text;
  return element;
};

// What a class is called; digits are called by their label.
const named = (names, label) => names?.[label] ?? String(label);

// Under a chart there is room for names of two letters, and not for those of many classes where it is narrow.
const SHORT = 2;
const namedShortly = (names, label) => (named(names, label).length > SHORT ? "" : named(names, label));

const MANY = 12; // classes, from which on the bars stand in two columns

const makeBar = (label) => {
  const bar = document.createElement("tr");
  const name = textElement("th", label);
  name.title = label;
  name.scope = "row";
  bar.append(name, document.createElement("td"), document.createElement("td"));
  return bar;
};

// Labels of less than `labelFrom` percent are left away.
const showBars = (body, { percents, labels, winner }, labelFrom, names) => {
  const classes = percents.map((_, label) => named(names, label));
  if (body.dataset.classes !== JSON.stringify(classes)) {
    body.dataset.classes = JSON.stringify(classes);
    body.replaceChildren(...classes.map(makeBar));
    body.parentElement.classList.toggle("many", classes.length > MANY);
    body.parentElement.classList.toggle("words", classes.some((name) => name.length > SHORT));
    body.style.setProperty("--lines", Math.ceil(classes.length / 2));
  }
  [...body.children].forEach((bar, label) => {
    bar.className = label === winner ? "winner" : "";
    bar.style.setProperty("--p", `${percents[label]}%`);
    bar.lastChild.textContent = percents[label] < labelFrom ? "" : labels[label];
  });
};
