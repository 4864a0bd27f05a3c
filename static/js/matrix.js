// A table walked by arrow keys: one stop for Tab, then from link to link; Home and End go to the ends of a row.
const STEPS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };

export function walkTables() {
  for (const table of document.querySelectorAll("table[data-walk]")) walk(table);
}

function walk(table) {
  const rows = [...table.querySelectorAll("tbody tr")].map((row) => [...row.cells].map((cell) => cell.querySelector(".cell")));
  const links = rows.flat().filter(Boolean);
  if (links.length === 0) return;
  for (const link of links) link.tabIndex = -1;
  links[0].tabIndex = 0;
  table.addEventListener("focusin", (event) => {
    if (!links.includes(event.target)) return;
    for (const link of links) link.tabIndex = link === event.target ? 0 : -1;
    // a focus alone may leave it behind the head or the first column
    event.target.closest("td").scrollIntoView({ block: "nearest", inline: "nearest" });
  });
  table.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    const next = target(rows, event);
    if (!next) return;
    event.preventDefault();
    next.focus();
  });
}

function target(rows, event) {
  const row = rows.findIndex((cells) => cells.includes(event.target));
  if (row < 0) return null;
  const column = rows[row].indexOf(event.target);
  const filled = rows[row].filter(Boolean);
  if (event.key === "Home") return filled[0];
  if (event.key === "End") return filled.at(-1);
  const step = STEPS[event.key];
  return step ? nearest(rows, row, column, step) : null;
}

// The next link that way; up and down, where a row has none in the column, the one that is closest to it.
function nearest(rows, row, column, [down, right]) {
  if (right) {
    const places = [...rows[row].keys()].filter((place) => rows[row][place] && (place - column) * right > 0);
    const sorted = places.sort((a, b) => Math.abs(a - column) - Math.abs(b - column));
    return rows[row][sorted[0]] ?? null;
  }
  for (let at = row + down; rows[at]; at += down) {
    const filled = rows[at].map((link, place) => [link, Math.abs(place - column)]).filter(([link]) => link);
    filled.sort((a, b) => a[1] - b[1]);
    if (filled.length) return filled[0][0];
  }
  return null;
}
