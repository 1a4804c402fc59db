// On a phone the menu lies over the page, and Streamlit leaves it open when a page was chosen in it. So it is closed
// when a link in it was followed. And another page begins at its top, where Streamlit keeps what was scrolled; the tour
// scrolls to what it speaks of. Where an element is not there, nothing happens.
//
// What a page writes into the address by itself, such as the settings that stand in its form, is no step of the Back
// button: until a person has done something on the page, its address is replaced and none is added, and what one deed
// changes is one step. Another part of a page, a panel or a section, is a step like a page, though Streamlit replaces
// the address there. After a click on a link Streamlit can write the query of the new page while the old page's address
// still stands; that is left out, since the new page's address comes with its query. Browsers without the Navigation
// API have steps too many, and none for a part of a page.

const PARTS = ["panel", "section"]; // as parameters of the address

let last = null;
let touched = false; // since the last step
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

const part = (href) => PARTS.map((name) => new URL(href).searchParams.get(name)).join();

const write = (event) => {
  const { navigationType: kind, cancelable } = event;
  const { href, pathname } = new URL(event.destination.url);
  const put = (how) => {
    event.preventDefault();
    window.history[how](window.history.state, "", href);
  };
  if (pathname !== window.location.pathname) touched = leaving = false;
  else if (!cancelable) return;
  else if (kind === "push" && leaving) event.preventDefault();
  else if (kind === "push" && !touched) put("replaceState");
  else if (kind === "replace" && touched && part(href) !== part(window.location.href)) put("pushState");
  else if (kind !== "replace") touched = false;
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
