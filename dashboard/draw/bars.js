// The probabilities of the classes as a table of bars; the elements stay when the numbers change.

const textElement = (name, text) => {
  const element = document.createElement(name);
  element.textContent = text;
  return element;
};

const makeBar = (label) => {
  const bar = document.createElement("tr");
  const name = textElement("th", label);
  name.scope = "row";
  bar.append(name, document.createElement("td"), document.createElement("td"));
  return bar;
};

// Labels of less than `labelFrom` percent are left away.
const showBars = (body, { percents, labels, winner }, labelFrom) => {
  if (body.children.length !== percents.length) body.replaceChildren(...percents.map((_, label) => makeBar(label)));
  [...body.children].forEach((bar, label) => {
    bar.className = label === winner ? "winner" : "";
    bar.style.setProperty("--p", `${percents[label]}%`);
    bar.lastChild.textContent = percents[label] < labelFrom ? "" : labels[label];
  });
};
