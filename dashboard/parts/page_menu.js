// On a phone the menu lies over the page, and Streamlit leaves it open when a page was chosen in it. So it is closed
// when a link in it was followed. Where an element is not there, nothing happens.

const narrow = window.matchMedia("(max-width: 640px)");

export default function () {
  const close = (event) => {
    const menu = event.target.closest?.("[data-testid=stSidebar]");
    if (!narrow.matches || !menu || !event.target.closest("a")) return;
    setTimeout(() => menu.querySelector("[data-testid=stSidebarCollapseButton] button")?.click());
  };
  document.addEventListener("click", close);
  return () => document.removeEventListener("click", close);
}
