// Saves the figure of a page as a picture: black on white whatever the page's theme, since it goes into documents.

const INK = "#1a1d21";

const save = (address, name) => {
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
};

export default function ({ data, parentElement }) {
  const status = parentElement.querySelector("[role=status]");
  const picture = async (format) => {
    const plot = document.querySelector(`.st-key-${data.chart} .js-plotly-plot`);
    if (!plot?._fullLayout || !window.Plotly?.toImage) {
      status.textContent = "The figure is not ready yet.";
      return;
    }
    const { width, height } = plot._fullLayout;
    const template = plot.layout.template ?? {};
    const axes = Object.keys(plot.layout).filter((name) => /^[xy]axis/.test(name));
    const dark = Object.fromEntries(
      axes.map((name) => {
        const title = plot.layout[name].title ?? {};
        const written = { ...title, font: { ...title.font, color: INK } };
        return [name, { ...plot.layout[name], color: INK, tickfont: { color: INK }, title: written }];
      }),
    );
    const lines = plot.data.filter(({ mode, name }) => mode?.includes("lines") && name);
    const layout = {
      ...plot.layout,
      showlegend: lines.length > 1, // on the page it stands beside the figure
      ...dark,
      template: { ...template, layout: { ...template.layout, font: { ...template.layout?.font, color: INK } } },
      font: { ...plot.layout.font, color: INK },
      paper_bgcolor: "#ffffff",
    };
    const address = await window.Plotly.toImage(
      { data: plot.data, layout },
      { format, width, height, scale: format === "png" ? 2 : 1 },
    );
    save(address, `${data.chart}.${format}`);
    status.textContent = "";
  };
  for (const button of parentElement.querySelectorAll("button"))
    button.onclick = () => picture(button.dataset.form);
}
