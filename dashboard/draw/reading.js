// A digit as it is read: what the network sees, its verdict, and how that evolved. The views are made once and
// told what to show with every stroke.

const makeReading = (root) => {
  const sections = [...root.querySelectorAll(".section")];
  const showSeen = makeSeen(root.querySelector(".seen"));
  const showVerdict = makeVerdict(root.querySelector(".verdict"));
  const player = makePlayer(sections[0]);
  const showRowGrid = makeRowGrid(root.querySelector(".row-grid"));
  let said = "";
  const show = (data) => {
    const says = JSON.stringify(data);
    if (says === said) return; // whoever goes through the rows stays where they are
    said = says;
    showSeen(data);
    showVerdict(data);
    for (const section of sections) section.hidden = !data.evolution;
    if (!data.evolution) return player.rest();
    player.show(data);
    showRowGrid(data.evolution);
  };
  return { show, rest: player.rest };
};

const readings = new WeakMap(); // by their first element

export default function ({ data, parentElement }) {
  const first = parentElement.querySelector(".seen");
  if (!readings.has(first)) readings.set(first, makeReading(parentElement));
  const { show, rest } = readings.get(first);
  show(data);
  return rest;
}
