"use strict";
(() => {
  const read = (id) => JSON.parse(document.getElementById(id).textContent);
  const dark = () => {
    const theme = document.documentElement.dataset.theme;
    return theme ? theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  };
  const INK = { axis: { labelColor: "#d7dcda", titleColor: "#a8b0ac", gridColor: "#3a4240", domainColor: "#a8b0ac", tickColor: "#a8b0ac" },
    legend: { labelColor: "#d7dcda", titleColor: "#a8b0ac" }, text: { color: "#d7dcda" } };

  let loading = null;
  const load = () => loading ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = document.getElementById("charts").dataset.src;
    script.onload = resolve;
    script.onerror = reject;
    document.head.append(script);
  });

  const paint = (spec) => {
    if (!dark()) return spec;
    const config = { ...spec.config };
    for (const part of ["axis", "legend"]) config[part] = { ...config[part], ...INK[part] };
    return { ...spec, config };
  };

  const lead = (plot, view) => {
    const dossiers = plot.closest("[data-dossiers]");
    if (!dossiers) return;
    view.addEventListener("click", (_event, item) => {
      const address = item?.datum?.item && dossiers.dataset.dossiers.replace("*", encodeURIComponent(item.datum.item));
      if (address) location.assign(address);
    });
  };

  const draw = async (root) => {
    const plots = [...root.querySelectorAll("[data-spec]:not([data-drawn])")];
    if (!plots.length) return;
    await load();
    for (const plot of plots) {
      plot.dataset.drawn = "yes";
      const drawn = await vegaEmbed(plot, paint(read(plot.dataset.spec)), {
        renderer: "svg", actions: false, logLevel: 1, ast: true, defaultStyle: false, tooltip: { disableDefaultStyle: true },
        formatLocale: read("locales"),
      });
      plot.querySelector("svg").setAttribute("aria-hidden", "true");
      if (plot.scrollWidth > plot.clientWidth) plot.tabIndex = 0;
      lead(plot, drawn.view);
    }
  };

  document.addEventListener("htmx:afterSettle", (event) => draw(event.target));
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-print]")) window.print();
  });
  const here = document.querySelector(".screens a[aria-current]");
  if (here) here.closest(".screens").scrollLeft = here.offsetLeft - 24;
  for (const part of document.querySelectorAll("[data-scripted]")) part.hidden = false;
  draw(document);
})();
