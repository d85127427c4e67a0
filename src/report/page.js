"use strict";
// Without this script the page is whole; with it figures say their values, curves can be hidden, the table sorts and filters.
(() => {
  const tip = document.createElement("div");
  tip.className = "tip";
  document.body.append(tip);
  const show = (text, event) => {
    tip.textContent = text;
    tip.style.display = text ? "block" : "none";
    const { width, height } = tip.getBoundingClientRect();
    tip.style.left = Math.max(4, Math.min(event.clientX + 14, innerWidth - width - 4)) + "px";
    tip.style.top = (event.clientY + 18 + height > innerHeight ? event.clientY - height - 10 : event.clientY + 18) + "px";
  };
  // Edges go up or down; which cell a position lies in.
  const cell = (edges, at) => {
    for (let i = 0; i + 1 < edges.length; i++) if ((at - edges[i]) * (at - edges[i + 1]) <= 0) return i;
    return -1;
  };
  for (const figure of document.querySelectorAll("figure[data-parts]")) {
    const svg = figure.querySelector("svg");
    for (const target of svg.querySelectorAll(".target")) {
      const title = target.querySelector("title");
      target.dataset.text = title.textContent;
      title.remove();
    }
    const cells = svg.querySelector(".cells");
    const grid = cells && JSON.parse(cells.dataset.cells);
    const say = event => {
      let text = event.target.dataset?.text ?? "";
      if (event.target === cells) {
        const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
        const [row, column] = [cell(grid.rows, at.y), cell(grid.columns, at.x)];
        if (row >= 0 && column >= 0) text = `${grid.label}${grid.texts[row][column]}\n${grid.atColumn[column]}\n${grid.atRow[row]}`;
      }
      show(text, event);
    };
    svg.addEventListener("pointermove", say);
    svg.addEventListener("pointerdown", say);
    svg.addEventListener("pointerleave", event => show("", event));
    const parts = JSON.parse(figure.dataset.parts);
    if (parts.length < 2) continue;
    const toggles = document.createElement("fieldset");
    toggles.className = "toggles";
    toggles.innerHTML = "<legend>Show:</legend>";
    parts.forEach((name, part) => {
      const label = document.createElement("label");
      const box = document.createElement("input");
      box.type = "checkbox";
      box.checked = true;
      box.addEventListener("change", () => {
        for (const element of svg.querySelectorAll(`[data-part="${part}"]`)) element.classList.toggle("hidden", !box.checked);
      });
      label.append(box, " " + name);
      toggles.append(label);
    });
    svg.parentElement.after(toggles);
  }
  addEventListener("scroll", () => (tip.style.display = "none"), { passive: true });

  const table = document.getElementById("sortable");
  if (!table) return;
  const body = table.tBodies[0];
  const rows = [...body.rows];
  const value = (row, column) => {
    const { dataset, textContent } = row.cells[column];
    const text = dataset.v ?? textContent;
    return text === "" ? null : isNaN(text) ? text : Number(text);
  };
  [...table.tHead.rows[0].cells].forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = head.textContent;
    head.replaceChildren(button);
    button.addEventListener("click", () => {
      const down = head.getAttribute("aria-sort") === "ascending";
      for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      const keyed = rows.map((row, place) => ({ row, place, key: value(row, column) }));
      // Empty fields come last either way; equal ones keep the order of the table.
      keyed.sort((a, b) => {
        if (a.key === null || b.key === null) return (a.key === null) - (b.key === null) || a.place - b.place;
        const order = a.key < b.key ? -1 : a.key > b.key ? 1 : 0;
        return (down ? -order : order) || a.place - b.place;
      });
      body.append(...keyed.map(({ row }) => row));
    });
  });
  const find = document.createElement("p");
  find.className = "find";
  find.innerHTML =
    '<label for="filter">Rows with</label> <input id="filter" type="search"> <output for="filter"></output>';
  table.parentElement.before(find);
  const names = [...table.tHead.rows[0].cells].map(head => head.textContent);
  const [input, count] = [find.querySelector("input"), find.querySelector("output")];
  input.placeholder = table.dataset.example;
  input.addEventListener("input", () => {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    const fits = row => word => {
      const [name, wanted] = word.split("=");
      const column = names.indexOf(name);
      if (wanted === undefined || column < 0) return row.textContent.toLowerCase().includes(word);
      const own = value(row, column);
      // What is shown counts as well: it has fewer digits than the number.
      const seen = row.cells[column].textContent.trim().toLowerCase() === wanted;
      return seen || (typeof own === "number" ? own === Number(wanted) : String(own ?? "").toLowerCase() === wanted);
    };
    let shown = 0;
    for (const row of rows) {
      const fit = words.every(fits(row));
      row.classList.toggle("hidden", !fit);
      shown += fit;
    }
    count.textContent = words.length ? `${shown} of ${rows.length} rows` : "";
  });
  // A link to a row that the filter hides shows it again.
  addEventListener("hashchange", () => {
    if (document.querySelector("tr.hidden:target")) {
      input.value = "";
      input.dispatchEvent(new Event("input"));
      document.querySelector("tr:target")?.scrollIntoView({ block: "center" });
    }
  });
})();
