// A thin bar while the browser waits for the next page; the style sheet shows it after 0.4 s only.
export function showProgress() {
  const root = document.documentElement;
  document.addEventListener("submit", (event) => {
    if (!event.defaultPrevented && event.target.target !== "_blank") root.dataset.busy = "";
  });
  // also when the page comes back from the browser's memory
  window.addEventListener("pageshow", () => delete root.dataset.busy);

  for (const button of document.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }
}
