// What the network sees and what it says of it, or the invitation to bring a digit. The elements stay, so that a
// screen reader hears the new words of a region it knows.

const makeSeen = (figure) => {
  const part = (selector) => figure.querySelector(selector);
  const [field, picture, mark, note] = [".field", ".pixels", ".settled", "small"].map(part);
  return ({ rows, columns, image, evolution, settled }) => {
    const size = `${rows} × ${columns} pixels`;
    figure.style.setProperty("--rows", rows);
    figure.style.setProperty("--columns", columns);
    const row = evolution?.settled_at_row;
    picture.hidden = !image;
    mark.hidden = !row;
    note.className = row ? "marked" : "";
    note.textContent = settled ?? size;
    field.ariaLabel = image ? `The digit as the network sees it, ${size}` : `${size}, still empty`;
    if (!image) return;
    picture.src = image;
    mark.style.top = `${(100 * ((row ?? 1) - 1)) / rows}%`;
  };
};

const makeVerdict = (root) => {
  const part = (selector) => root.querySelector(selector);
  const bars = part(".bars");
  return ({ headline, detail, more, doubt, evolution }) => {
    const says = { ".headline": headline, ".detail": detail, ".more": more, ".doubt": doubt };
    for (const [selector, text] of Object.entries(says)) part(selector).textContent = text;
    bars.hidden = !evolution;
    if (evolution) showBars(bars.tBodies[0], evolution.bars.at(-1), 0, evolution.names);
  };
};
