// Writes the drawing into the address of the page. Streamlit writes addresses, too, and knows of the drawing that the
// page was opened with only; so what it wrote is looked at now and then.

const OFTEN = 400; // milliseconds

let timer = 0;

export default function ({ data }) {
  clearInterval(timer);
  const write = () => {
    const address = new URL(window.location.href);
    if ((address.searchParams.get("drawing") ?? "") === data.drawing) return;
    if (data.drawing) address.searchParams.set("drawing", data.drawing);
    else address.searchParams.delete("drawing");
    window.history.replaceState(window.history.state, "", address);
  };
  write();
  const mine = setInterval(write, OFTEN);
  timer = mine;
  return () => clearInterval(mine);
}
