// Writes parameters into the address of the page without a step of the Back button, and into the page's links to other
// pages, for who opens one in another tab. Streamlit writes addresses, too, and does not know of these; so what it
// wrote is looked at now and then, and for what every page keeps also when the browser tells of a new address.

const OFTEN = 400; // milliseconds
const LINKS = '[data-testid="stTopNavLink"], [data-testid="stSidebarNavLink"], [data-testid="stPageLink-NavLink"]';

const ends = new WeakMap();

export default function ({ data, parentElement }) {
  ends.get(parentElement)?.();
  const written = (before) => {
    const address = new URL(before, window.location.href);
    for (const [name, value] of Object.entries(data.parameters)) {
      if ((address.searchParams.get(name) ?? "") === value) continue;
      if (value) address.searchParams.set(name, value);
      else address.searchParams.delete(name);
    }
    return address.href;
  };
  const write = () => {
    const before = window.location.href;
    const after = written(before);
    if (after !== before) window.history.replaceState(window.history.state, "", after);
    for (const link of document.querySelectorAll(LINKS)) {
      if (link.origin !== window.location.origin) continue;
      const its = written(link.href);
      if (its !== link.href) link.href = its;
    }
  };
  const soon = setTimeout(write); // after all that the page shows anew
  const mine = setInterval(write, OFTEN);
  if (data.everyPage) window.navigation?.addEventListener("currententrychange", write);
  const end = () => {
    clearTimeout(soon);
    clearInterval(mine);
    window.navigation?.removeEventListener("currententrychange", write);
  };
  ends.set(parentElement, end);
  return end;
}
