const chart = document.getElementById("chart");
const figure = JSON.parse(document.getElementById("figure").textContent);
const dark = matchMedia("(prefers-color-scheme: dark)");
const config = {
  displaylogo: false,
  responsive: true,
  showSendToCloud: false, // plotly.js 4 offers to upload the chart unless told not to
  modeBarButtonsToRemove: ["select2d", "lasso2d", "autoScale2d"],
  toImageButtonOptions: { filename: figure.name },
};

function draw() {
  const colours = getComputedStyle(document.documentElement);
  const ink = colours.getPropertyValue("--ink").trim();
  const paper = colours.getPropertyValue("--paper").trim();
  const layout = { ...figure.layout, paper_bgcolor: paper, plot_bgcolor: paper };
  layout.font = { ...layout.font, color: ink };
  layout.xaxis = { ...layout.xaxis, automargin: true, tickfont: { color: ink } };
  layout.dragmode = "zoom"; // on the page a drag selects days for the news
  Plotly.react(chart, figure.data, layout, config);
}

dark.addEventListener("change", draw);
draw();
