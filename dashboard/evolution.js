// The views of how a verdict evolved. They are made once and told what to show with every stroke.

const makeViews = (root) => {
  const player = makePlayer(root.querySelector("section"));
  const showRowGrid = makeRowGrid(root.querySelector(".row-grid"));
  let said = "";
  const show = (data) => {
    const says = JSON.stringify(data);
    if (says === said) return; // whoever goes through the rows stays where they are
    said = says;
    player.show(data);
    showRowGrid(data);
  };
  return { show, rest: player.rest };
};

const views = new WeakMap(); // by their first element

export default function ({ data, parentElement }) {
  const first = parentElement.querySelector("section");
  if (!views.has(first)) views.set(first, makeViews(parentElement));
  const { show, rest } = views.get(first);
  show(data);
  return rest;
}
