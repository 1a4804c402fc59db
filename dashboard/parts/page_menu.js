// On a phone the menu lies over the page, and Streamlit leaves it open when a page was chosen in it. So it is closed
// when a link in it was followed. And another page begins at its top, where Streamlit keeps what was scrolled; the tour
// scrolls to what it speaks of. Where an element is not there, nothing happens.

let last = null;

const narrow = window.matchMedia("(max-width: 640px)");

export default function ({ data }) {
  if (last !== null && last !== data.page && !document.querySelector(".st-key-tour")) {
    document.querySelector("[data-testid=stMain]")?.scrollTo({ top: 0 });
  }
  last = data.page;
  const close = (event) => {
    const menu = event.target.closest?.("[data-testid=stSidebar]");
    if (!narrow.matches || !menu || !event.target.closest("a")) return;
    setTimeout(() => menu.querySelector("[data-testid=stSidebarCollapseButton] button")?.click());
  };
  document.addEventListener("click", close);
  return () => document.removeEventListener("click", close);
}
