"use strict";
(() => {
  const POINTS = { sv: ["procentenhet", "procentenheter"], en: ["point", "points"] };
  const write = (input) => {
    const output = document.querySelector(`output[for="${input.id}"]`);
    if (!output) return;
    const lang = document.documentElement.lang, value = Number(input.value);
    const number = (x, most, sign) => new Intl.NumberFormat(lang === "sv" ? "sv-SE" : "en-GB",
      { maximumFractionDigits: most, signDisplay: sign ? "exceptZero" : "auto" }).format(x);
    const form = output.dataset.form;
    if (form === "factor") output.textContent = `${number((value - 1) * 100, 1, true)}\u00a0%`;
    else if (form === "points") output.textContent = `${number(value * 100, 2, true)}\u00a0${POINTS[lang][Math.abs(value * 100 - 1) < 1e-9 || Math.abs(value * 100 + 1) < 1e-9 ? 0 : 1]}`;
    else output.textContent = `${number(value, 2, false)}\u00a0${output.dataset.unit}`;
    output.classList.toggle("moved", Math.abs(value - Number(output.dataset.start)) > 1e-9);
    input.setAttribute("aria-valuetext", output.textContent);
  };
  const begin = (root) => root.querySelectorAll("[data-levers] input[type=range]").forEach(write);
  document.addEventListener("input", (event) => {
    if (event.target.matches("[data-levers] input[type=range]")) write(event.target);
  });
  document.addEventListener("htmx:afterSettle", () => begin(document));
  begin(document);
})();
