// A menu that was opened in a narrow window is no menu in a wide one: there its links lie open in their place.
const WIDE = "(min-width: 960px)";

export function closeMenusWhenWide() {
  matchMedia(WIDE).addEventListener("change", () => {
    for (const menu of document.querySelectorAll("[popover]")) menu.hidePopover?.();
  });
}
