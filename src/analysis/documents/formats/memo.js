const NARROW = 560; // a chart of one view is drawn anew to fit a telephone; its text keeps its size

function fitted(spec, width) {
  const channels = spec.encoding ?? {};
  const many = ["facet", "concat", "hconcat", "vconcat", "repeat"].some((key) => key in spec);
  if (width >= NARROW || many || channels.row || channels.column || channels.facet) return spec;
  return { ...spec, width: "container" };
}

// Upgrade each static chart to a live one. Where anything fails, the static picture stays.
async function enliven(figure, live, still) {
  const spec = JSON.parse(figure.querySelector('script[type="application/json"]').textContent);
  live.hidden = false;
  const shown = fitted(spec, live.clientWidth);
  figure.classList.toggle("fits", shown !== spec);
  const { view } = await vegaEmbed(live, shown, { actions: false, renderer: "svg", mode: "vega-lite" });
  await view.runAsync();
  live.querySelector("svg").setAttribute("aria-hidden", "true"); // the figure's text alternative speaks for it
  still.hidden = true;
  figure.dataset.live = "yes";
}

for (const figure of document.querySelectorAll("figure.chart")) {
  const live = figure.querySelector(".chart-live");
  enliven(figure, live, figure.querySelector(".chart-static")).catch((error) => {
    live.hidden = true;
    live.replaceChildren();
    console.error(figure.id, error);
  });
}
