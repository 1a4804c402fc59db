// Brings what a step of the tour speaks of into the window, below the tour's card, and gives it the focus, so that Tab
// goes on from there. It waits until the page is there and stands still, and leaves off when a person does something.

const LOOK = 80; // milliseconds between two looks
const STILL = 5; // looks at which it stands where it stood
const MOST = 375; // looks, then it is not there
const GAP = 12; // pixels between the card and what it speaks of
const DOES = ["wheel", "touchmove", "keydown", "pointerdown"];
const POPUPS = '[data-baseweb="popover"], [role="dialog"], [role="listbox"]';

// In the page or in one of its components.
const find = (selector) => {
  const found = document.querySelector(selector);
  if (found) return found;
  const inside = [...document.querySelectorAll("*")].flatMap((element) => element.shadowRoot ?? []);
  return inside.map((root) => root.querySelector(selector)).find(Boolean) ?? null;
};
const isThere = (element) => element?.getClientRects().length > 0;

const show = (target) => {
  const main = document.querySelector('[data-testid="stMain"]');
  const held = document.querySelector(".st-key-tour-place")?.parentElement;
  if (!main || !held) return;
  const free = (parseFloat(getComputedStyle(held).top) || 0) + held.offsetHeight + GAP;
  const { top, bottom } = target.getBoundingClientRect();
  const whole = top >= held.getBoundingClientRect().bottom && bottom <= window.innerHeight;
  if (!whole) main.scrollTo({ top: main.scrollTop + top - free, behavior: "instant" });
};

const focus = (target, label) => {
  const before = ["tabindex", "role", "aria-label"].map((name) => [name, target.getAttribute(name)]);
  const given = { tabindex: -1, role: target.getAttribute("role") ?? "group", "aria-label": label };
  for (const [name, value] of Object.entries(given)) target.setAttribute(name, value);
  const back = () => {
    for (const [name, value] of before) value === null ? target.removeAttribute(name) : target.setAttribute(name, value);
  };
  target.addEventListener("blur", back, { once: true });
  target.focus({ preventScroll: true });
};

const lead = ({ targets, label }) => {
  let looks = 0;
  let still = 0;
  let seen = null;
  let place = NaN;
  const timer = setInterval(() => {
    const target = targets.map(find).find(isThere);
    looks += 1;
    const busy = document.querySelector('.stApp[data-test-script-state="running"]');
    if (target && !busy) {
      const at = target.getBoundingClientRect().top + (document.querySelector('[data-testid="stMain"]')?.scrollTop ?? 0);
      still = target === seen && Math.abs(at - place) < 1 ? still + 1 : 0;
      if (!still) show(target);
      [seen, place] = [target, at];
    }
    if (still < STILL && looks < MOST) return;
    end();
    if (still < STILL) return;
    show(seen);
    focus(seen, label);
  }, LOOK);
  const end = () => {
    clearInterval(timer);
    for (const what of DOES) window.removeEventListener(what, end, true);
  };
  for (const what of DOES) window.addEventListener(what, end, { capture: true, passive: true });
  return end;
};

const toTheCard = (event) => {
  if (event.key !== "Escape" || event.defaultPrevented || document.querySelector(POPUPS)) return;
  document.querySelector(".st-key-tour-next button, .st-key-tour-end button")?.focus();
};

let end = () => {};

export default function ({ data }) {
  document.addEventListener("keydown", toTheCard);
  if (window.rowByRowTour !== data.visit) {
    window.rowByRowTour = data.visit;
    end();
    end = lead(data);
  }
  return () => document.removeEventListener("keydown", toTheCard);
}
