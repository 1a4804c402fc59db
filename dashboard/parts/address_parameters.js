// Writes parameters into the address of the page without a step of the Back button. Streamlit writes addresses, too, and
// does not know of these; so what it wrote is looked at now and then.

const OFTEN = 400; // milliseconds

const timers = new WeakMap();

export default function ({ data, parentElement }) {
  clearInterval(timers.get(parentElement));
  const write = () => {
    const address = new URL(window.location.href);
    const before = address.search;
    for (const [name, value] of Object.entries(data.parameters)) {
      if ((address.searchParams.get(name) ?? "") === value) continue;
      if (value) address.searchParams.set(name, value);
      else address.searchParams.delete(name);
    }
    if (address.search !== before) window.history.replaceState(window.history.state, "", address);
  };
  write();
  const mine = setInterval(write, OFTEN);
  timers.set(parentElement, mine);
  return () => clearInterval(mine);
}
