"use strict";
// Without this script every page is whole: the map shows its first indicator, tables stand in the order of the units.

const cellOf = (row, place) => row.children[place];

function valueOf(cell, kind) {
  if (kind === "text") return cell.textContent.trim();
  return "value" in cell.dataset ? Number(cell.dataset.value) : null;
}

// What has no value stays at the end, whichever way a column is sorted.
function compared(one, other, turn, collator) {
  if (one === null || other === null) return (one === null) - (other === null);
  return turn * (typeof one === "string" ? collator.compare(one, other) : one - other);
}

function sortable(table) {
  const body = table.tBodies[0], first = [...body.rows];
  const heads = [...table.tHead.rows[0].cells];
  const collator = new Intl.Collator(document.documentElement.lang, { numeric: true });
  const next = { none: "ascending", ascending: "descending", descending: "none" };

  function sort(head, place) {
    const way = next[head.getAttribute("aria-sort")];
    for (const each of heads) if (each.hasAttribute("aria-sort")) each.setAttribute("aria-sort", "none");
    head.setAttribute("aria-sort", way);
    const turn = way === "descending" ? -1 : 1, kind = head.dataset.sort;
    const rows = [...first]; // a third press gives back the order of the units
    if (way !== "none") {
      rows.sort((a, b) => compared(valueOf(cellOf(a, place), kind), valueOf(cellOf(b, place), kind), turn, collator));
    }
    body.append(...rows);
  }

  heads.forEach((head, place) => {
    if (!head.dataset.sort) return;
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    head.setAttribute("aria-sort", "none");
    button.addEventListener("click", () => sort(head, place));
  });
}

function filtering(box) {
  const input = box.querySelector("input"), status = box.querySelector("[role=status]");
  const rows = [...document.querySelectorAll("tr[data-unit]")];
  box.hidden = false;
  input.addEventListener("input", () => {
    const wanted = input.value.trim().toLowerCase(), all = new Set(), shown = new Set();
    for (const row of rows) {
      const name = row.querySelector("th").textContent.toLowerCase();
      row.hidden = !name.includes(wanted);
      all.add(row.dataset.unit);
      if (!row.hidden) shown.add(row.dataset.unit);
    }
    status.textContent = status.dataset.told.replace("{shown}", shown.size).replace("{all}", all.size);
  });
}

function colouring(choose) {
  const select = choose.querySelector("select");
  const choices = JSON.parse(document.getElementById("map-data").textContent);
  const tiles = document.querySelectorAll(".tile");
  choose.hidden = false;

  function colour(choice) {
    for (const tile of tiles) {
      const [text, style, cell] = choice.units[tile.dataset.unit], value = tile.querySelector(".value");
      tile.className = `tile ${style}${tile.href ? "" : " absent"}`;
      value.textContent = text;
      if (cell) value.dataset.cell = cell;
      else delete value.dataset.cell;
    }
    document.getElementById("map-caption").textContent = choice.label;
    document.getElementById("map-definition").textContent = choice.definition;
    document.getElementById("map-beside").replaceChildren(...choice.beside.flatMap(([name, text, cell]) => {
      const value = document.createElement("span");
      value.dataset.cell = cell;
      value.textContent = text;
      return [name, value];
    }));
    document.getElementById("map-doubt").hidden = !choice.doubt;
    document.getElementById("legend").replaceChildren(...choice.legend.map(([style, text]) => {
      const entry = document.createElement("li"), swatch = document.createElement("span");
      swatch.className = `swatch ${style}`;
      entry.append(swatch, ` ${text}`);
      return entry;
    }));
  }

  select.addEventListener("change", () => {
    const choice = choices.find((each) => each.code === select.value);
    colour(choice);
    document.getElementById("map-status").textContent = choice.label;
  });
}

document.querySelectorAll("table.sortable").forEach(sortable);
document.querySelectorAll(".filter").forEach(filtering);
document.querySelectorAll(".choose").forEach(colouring);
