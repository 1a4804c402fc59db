// A picture from the clipboard: with Ctrl+V anywhere on the page, or with the button where the browser lets a page
// ask for it. It is sent as it is; the server says what is wrong with it.

const MOST = 24 * 2 ** 20; // bytes

const sendFile = (file, send) => {
  if (!file || file.size > MOST) return;
  const reader = new FileReader();
  reader.onload = () => send(reader.result);
  reader.readAsDataURL(file);
};

let stop = () => {};

export default function ({ parentElement, setTriggerValue }) {
  stop();
  const listening = new AbortController();
  const send = (address) => setTriggerValue("pasted", address);
  document.addEventListener(
    "paste",
    (event) => {
      const file = [...(event.clipboardData?.files ?? [])].find(({ type }) => type.startsWith("image/"));
      if (!file) return;
      event.preventDefault();
      sendFile(file, send);
    },
    { signal: listening.signal },
  );
  const button = parentElement.querySelector(".paste");
  button.hidden = !navigator.clipboard?.read;
  button.onclick = async () => {
    for (const item of await navigator.clipboard.read().catch(() => [])) {
      const type = item.types.find((name) => name.startsWith("image/"));
      if (type) return sendFile(await item.getType(type), send);
    }
  };
  stop = () => listening.abort();
  return stop;
}
