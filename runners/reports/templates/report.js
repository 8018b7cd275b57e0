"use strict";
(() => {
  const read = (id) => JSON.parse(document.getElementById(id).textContent);
  const locales = read("locales");
  const drawn = new Set();
  const STEP = 50;

  const draw = async (edition) => {
    if (drawn.has(edition)) return;
    drawn.add(edition);
    for (const plot of edition.querySelectorAll("[data-spec]")) {
      const options = { renderer: "svg", actions: false, formatLocale: locales[edition.lang] };
      await vegaEmbed(plot, read(plot.dataset.spec), options);
      plot.querySelector("svg").setAttribute("aria-hidden", "true");
    }
    edition.dataset.drawn = "yes";
  };

  const turnTo = (lang) => {
    for (const edition of document.querySelectorAll(".edition")) edition.hidden = edition.lang !== lang;
    const shown = document.getElementById("edition-" + lang);
    document.documentElement.lang = lang;
    document.title = shown.dataset.title;
    draw(shown);
    return shown;
  };

  for (const button of document.querySelectorAll("[data-switch]")) {
    button.addEventListener("click", () => {
      const top = window.scrollY;
      const shown = turnTo(button.dataset.switch);
      shown.querySelector("[data-switch]").focus({ preventScroll: true });
      window.scrollTo({ top, behavior: "instant" });
    });
  }

  const compare = (a, b) => (a === b ? 0 : a === null ? 1 : b === null ? -1 : a < b ? -1 : 1);

  const find = (finder) => {
    const { rows, orders } = read(finder.dataset.rows);
    const form = finder.querySelector("form"), body = finder.querySelector("tbody");
    const heads = [...finder.querySelectorAll("thead th")], more = finder.querySelector("[data-more]");
    const count = finder.querySelector("[data-count]"), figure = heads.map((head) => head.className);
    let shown = STEP, sorted = -1, up = true;
    let found = rows.map((_, place) => place);
    const write = () => {
      body.replaceChildren(...found.slice(0, shown).map((place) => {
        const line = document.createElement("tr");
        rows[place].forEach((text, column) => {
          const cell = document.createElement(column ? "td" : "th");
          if (!column) cell.scope = "row";
          cell.className = figure[column];
          cell.textContent = text;
          line.append(cell);
        });
        return line;
      }));
      more.hidden = found.length <= shown;
      count.textContent = count.dataset.text.replace("{found}", found.length).replace("{count}", rows.length);
    };
    const narrow = () => {
      const text = form.querySelector("[data-search]").value.trim().toLowerCase();
      const chosen = [...form.querySelectorAll("select")].filter((select) => select.value);
      found = rows.map((_, place) => place).filter((place) =>
        (!text || rows[place].some((cell) => cell.toLowerCase().includes(text))) &&
        chosen.every((select) => rows[place][select.dataset.column] === select.value));
      if (sorted >= 0) found.sort((a, b) => (up ? 1 : -1) * compare(orders[a][sorted], orders[b][sorted]));
      shown = STEP;
      write();
    };
    for (const select of form.querySelectorAll("select")) {
      const column = select.dataset.column;
      const pairs = new Map(rows.map((row, place) => [row[column], orders[place][column]]));
      const levels = [...pairs].sort((a, b) => compare(a[1], b[1]));
      select.append(...levels.map(([level]) => new Option(level, level)));
    }
    heads.forEach((head, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = head.textContent;
      head.replaceChildren(button);
      button.addEventListener("click", () => {
        up = sorted === column ? !up : true;
        sorted = column;
        heads.forEach((other) => other.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", up ? "ascending" : "descending");
        narrow();
      });
    });
    form.addEventListener("input", narrow);
    form.addEventListener("submit", (event) => event.preventDefault());
    more.addEventListener("click", () => { shown += STEP; write(); });
    form.hidden = false;
    write();
  };

  document.querySelectorAll(".finder").forEach(find);
  turnTo(document.documentElement.lang);
})();
