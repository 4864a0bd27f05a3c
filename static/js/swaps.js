// After htmx has swapped a part of the page: start the kit's parts in it and keep the focus somewhere sensible.
let focusBefore = null;

export function watchSwaps(initAll) {
  document.addEventListener("htmx:beforeSwap", (event) => {
    const active = document.activeElement;
    focusBefore = event.detail.target.contains(active) ? { id: active.id, name: active.name } : null;
  });

  document.addEventListener("htmx:afterSettle", (event) => {
    initAll(event.target);
    if (focusBefore && (document.activeElement === document.body || !document.activeElement)) {
      restoreFocus(event.target, focusBefore);
    }
    focusBefore = null;
  });

  document.addEventListener("htmx:responseError", () => report("That did not work. Nothing was changed. Please try again."));
  document.addEventListener("htmx:sendError", () => report("The server cannot be reached. What you typed is still here."));
  document.addEventListener("htmx:timeout", () => report("The server is slow to answer. Please try again."));
  document.addEventListener("htmx:beforeRequest", () => report(""));
  // A view may say something aloud: HX-Trigger: {"announce": "3 notes found"}
  document.addEventListener("announce", (event) => {
    const voice = document.getElementById("announce");
    if (voice) voice.textContent = event.detail.value;
  });
}

function restoreFocus(target, before) {
  const error = target.querySelector(".govuk-error-summary");
  const same = before.id ? document.getElementById(before.id) : null;
  const byName = before.name ? target.querySelector(`[name="${CSS.escape(before.name)}"]`) : null;
  const wanted = error || same || byName || target.querySelector("[data-focus]") || target;
  const root = wanted.isConnected ? wanted : document.getElementById("main");
  if (!root) return;
  if (root.tabIndex < 0 && !root.hasAttribute("tabindex")) root.setAttribute("tabindex", "-1");
  root.focus({ preventScroll: root !== error });
}

function report(text) {
  const box = document.getElementById("trouble");
  if (box) box.textContent = text;
}
