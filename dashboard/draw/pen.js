// Manners for the drawable canvas beside it. All of it is comfort: where an element it looks for is not
// there (another version of the canvas), it does nothing and the canvas works as it always did.
//
// - A stroke is sent when the pen lifts. The canvas by itself waits another 200 ms for more.
// - Its hover toolbar goes: undo and clear have buttons of their own, and on a touch screen its invisible
//   buttons would lie over the sheet's corner.
// - The canvas that only holds the paper's colour goes: the sheet below has it, and the browser has one layer
//   less to put together with every move of the pen.
// - A touch that the browser cancels in mid-stroke, for a gesture of the system or a palm, takes its half stroke
//   along. The canvas by itself would never hear of its end.
// - Ctrl+Z in a text field is the field's own; the page's shortcut would take a stroke off.
// - The pointer is as wide as the brush; a screen reader hears what the sheet is.
// - The keyboard reaches the sheet, whose place on the page then shows it: lines inside it would not be seen.

const SOON = 5000; // milliseconds
const TEXT_FIELD = "textarea, [contenteditable], input:not([type=checkbox], [type=radio], [type=range], [type=button])";

const styleFor = ({ brush, ink }) => {
  const size = brush + 4;
  const circle =
    `<svg xmlns="http://www.w3.org/2000/svg" width="${size}" height="${size}">` +
    `<circle cx="${size / 2}" cy="${size / 2}" r="${brush / 2}" fill="none" stroke="${ink}" stroke-opacity=".75"/></svg>`;
  return `
    .dc-toolbar { display: none !important; }
    .dc-canvas { outline: none; touch-action: none; }
    .dc-container { border-radius: 12px; overflow: hidden; }
    .dc-background-canvas { display: none; }
    .upper-canvas {
      cursor: url('data:image/svg+xml,${encodeURIComponent(circle)}') ${size / 2} ${size / 2}, crosshair !important;
    }`;
};

const canvasOf = (event) =>
  event.composedPath().find((node) => node.classList?.contains("dc-root"));

const sheets = () =>
  [...document.querySelectorAll("[data-testid^=stBidiComponent]")]
    .map((host) => host.shadowRoot?.querySelector(".dc-root"))
    .filter(Boolean);

const dress = (sheet, data) => {
  const shadow = sheet.getRootNode();
  let style = shadow.querySelector("style.pen");
  if (!style) {
    style = document.createElement("style");
    style.className = "pen";
    shadow.append(style);
  }
  style.textContent = styleFor(data);
  const surface = sheet.querySelector(".upper-canvas");
  surface?.setAttribute("role", "img");
  surface?.setAttribute("aria-label", data.label);
  surface?.setAttribute("tabindex", "0");
  const place = shadow.host.closest(".st-key-sheet");
  if (surface && place) {
    surface.onfocus = () => place.toggleAttribute("data-keyboard", surface.matches(":focus-visible"));
    surface.onblur = () => place.removeAttribute("data-keyboard");
  }
  sheet.dataset.edition = data.edition;
};

// Streamlit calls this again when the data has changed, and cleans up after the last call only.
let stop = () => {};

export default function ({ data }) {
  stop();
  const listening = new AbortController();
  const options = { capture: true, signal: listening.signal };
  let drawnOn = null;

  const penDown = (event) => {
    drawnOn = canvasOf(event);
  };
  const penUp = () => {
    const sheet = drawnOn;
    drawnOn = null;
    // After the canvas has made the stroke part of the drawing.
    if (sheet) setTimeout(() => sheet.querySelector(".dc-toolbar button")?.click());
  };
  const penGone = (event) => {
    const sheet = drawnOn;
    if (!sheet || event.touches.length) return;
    drawnOn = null;
    const { changedTouches } = event;
    const end = new TouchEvent("touchend", { bubbles: true, composed: true, cancelable: true, changedTouches: [...changedTouches] });
    sheet.querySelector(".upper-canvas")?.dispatchEvent(end);
    setTimeout(() => sheet.querySelector(".dc-toolbar [aria-label=Undo]")?.click());
  };
  const keyDown = (event) => {
    const undoes = (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z";
    if (undoes && event.composedPath()[0].matches?.(TEXT_FIELD)) event.stopImmediatePropagation();
  };
  window.addEventListener("touchcancel", penGone, options);
  window.addEventListener("keydown", keyDown, options);
  for (const name of ["mousedown", "touchstart"]) window.addEventListener(name, penDown, options);
  for (const name of ["mouseup", "touchend"]) window.addEventListener(name, penUp, options);

  // The canvas comes when its own script has loaded. Where the sheet is replaced, with this call, the old one
  // may be there a moment longer; so the looking goes on for a while, and longer only if there is none.
  const called = performance.now();
  let looking = 0;
  const look = () => {
    const found = sheets();
    for (const sheet of found) if (sheet.dataset.edition !== String(data.edition)) dress(sheet, data);
    const soon = performance.now() - called < SOON;
    if (soon || !found.length) looking = setTimeout(look, soon ? 50 : 1000);
  };
  for (const sheet of sheets()) dress(sheet, data);
  look();

  stop = () => {
    listening.abort();
    clearTimeout(looking);
  };
  return stop;
}
