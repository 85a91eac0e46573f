// Upgrade each static chart to a live one. Where anything fails, the static picture stays.
for (const figure of document.querySelectorAll("figure.chart")) {
  const source = figure.querySelector('script[type="application/json"]');
  const live = figure.querySelector(".chart-live");
  const still = figure.querySelector(".chart-static");
  live.hidden = false;
  vegaEmbed(live, JSON.parse(source.textContent), { actions: false, renderer: "svg", mode: "vega-lite" })
    .then(({ view }) => view.runAsync())
    .then(() => {
      still.hidden = true;
      figure.dataset.live = "yes";
    })
    .catch((error) => {
      live.hidden = true;
      live.replaceChildren();
      console.error(figure.id, error);
    });
}
