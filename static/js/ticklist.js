// A long list of tick boxes gets a field that narrows it. What is ticked stays ticked, seen or not.
const LONG = 8;

export function filterTickLists() {
  for (const list of document.querySelectorAll(".ticklist")) {
    const items = [...list.querySelectorAll(".govuk-checkboxes__item")];
    if (items.length >= LONG) offerFilter(list, items);
  }
}

function offerFilter(list, items) {
  const box = document.createElement("div");
  box.className = "ticklist__search";
  const label = document.createElement("label");
  label.className = "govuk-label";
  label.htmlFor = `${list.id}-filter`;
  label.textContent = "Show only those with these words";
  const input = document.createElement("input");
  input.type = "search";
  input.id = label.htmlFor;
  input.className = "govuk-input";
  box.append(label, input);
  list.before(box);
  const voice = document.getElementById("announce");
  input.addEventListener("input", () => {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const item of items) {
      const text = item.textContent.toLowerCase();
      item.hidden = !words.every((word) => text.includes(word));
      if (!item.hidden) shown += 1;
    }
    if (voice) voice.textContent = `${shown} of ${items.length} shown`;
  });
  // Enter would send the form before anything is ticked
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter") event.preventDefault();
  });
}
