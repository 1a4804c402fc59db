// A radio group of pictures: one strip of them, cut into buttons by background position.

const makeButtons = ({ sprite, labels, captions, size }) =>
  labels.map((label, index) => {
    const digit = document.createElement("button");
    digit.type = "button";
    digit.title = label;
    digit.setAttribute("role", "radio");
    digit.setAttribute("aria-label", label);
    if (captions.length) digit.dataset.caption = captions[index];
    digit.style.backgroundImage = `url(${sprite})`;
    digit.style.backgroundSize = `100% ${100 * labels.length}%`;
    digit.style.backgroundPosition = `0 ${(100 * index) / Math.max(1, labels.length - 1)}%`;
    digit.style.imageRendering = size > 16 ? "auto" : "pixelated";
    return digit;
  });

const STEPS = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

export default function ({ data, parentElement, setStateValue }) {
  const group = parentElement.querySelector(".gallery");
  // The buttons stay when only the choice changed, so that the focus does.
  const made = JSON.stringify([data.sprite, data.labels, data.captions]);
  if (group.made !== made) {
    group.made = made;
    group.classList.toggle("captioned", data.captions.length > 0);
    group.classList.toggle("wide", data.wide);
    group.setAttribute("aria-label", data.name);
    group.replaceChildren(...makeButtons(data));
  }

  const digits = [...group.children];
  const mark = (chosen) =>
    digits.forEach((digit, index) => {
      digit.setAttribute("aria-checked", String(index === chosen));
      digit.tabIndex = index === (chosen ?? 0) ? 0 : -1;
    });
  const choose = (index) => {
    mark(index);
    digits[index].focus();
    setStateValue("chosen", index);
  };
  mark(data.chosen);
  digits.forEach((digit, index) => (digit.onclick = () => choose(index)));
  group.onkeydown = (event) => {
    const step = STEPS[event.key];
    if (!step) return;
    event.preventDefault();
    const at = digits.indexOf(group.getRootNode().activeElement);
    choose((at + step + digits.length) % digits.length);
  };
}
