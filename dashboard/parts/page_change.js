// On a phone the menu lies over the page, and Streamlit leaves it open when a page was chosen in it. So it is closed
// when a link in it was followed. And another page begins at its top, where Streamlit keeps what was scrolled; the tour
// scrolls to what it speaks of. Where an element is not there, nothing happens.
//
// What a page writes into the address by itself, such as the settings that stand in its form, is no step of the Back
// button: until a person has done something on the page, its address is replaced and none is added. After a click on a
// link Streamlit can write the query of the new page while the old page's address still stands; that is left out, since
// the new page's address comes with its query. Browsers without the Navigation API have a step more.

let last = null;
let touched = false;
let leaving = false;

const narrow = window.matchMedia("(max-width: 640px)");
const TOUCHES = ["pointerup", "keydown", "click", "input"]; // when a finger scrolls, its pointer is cancelled

const close = (event) => {
  const menu = event.target.closest?.("[data-testid=stSidebar]");
  if (!narrow.matches || !menu || !event.target.closest("a")) return;
  setTimeout(() => menu.querySelector("[data-testid=stSidebarCollapseButton] button")?.click());
};

const leadsAway = (event) => {
  const link = event.target.closest?.("a[href]");
  if (!link || link.target === "_blank" || event.ctrlKey || event.metaKey || event.shiftKey) return false;
  return link.origin === window.location.origin && link.pathname !== window.location.pathname;
};

const touch = (event) => {
  if (leaving && event.type === "pointerup") return;
  leaving = event.type === "click" && leadsAway(event);
  touched = !leaving;
};

const write = (event) => {
  const { pathname } = new URL(event.destination.url);
  if (pathname !== window.location.pathname) touched = leaving = false;
  else if (event.navigationType === "push" && event.cancelable && !touched) {
    event.preventDefault();
    if (!leaving) window.history.replaceState(window.history.state, "", event.destination.url);
  }
};

// Once for a window, and for good: Streamlit takes the component away while another page is made.
const LISTENS = Symbol.for("row by row: page change");
if (!window[LISTENS]) {
  window[LISTENS] = true;
  document.addEventListener("click", close);
  for (const kind of TOUCHES) window.addEventListener(kind, touch, { capture: true });
  window.navigation?.addEventListener("navigate", write);
}

export default function ({ data }) {
  if (last !== null && last !== data.page && !document.querySelector(".st-key-tour")) {
    document.querySelector("[data-testid=stMain]")?.scrollTo({ top: 0 });
  }
  last = data.page;
}
