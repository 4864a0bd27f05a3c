// `/` search, `g` then a letter to go, `?` help. Off for whoever turned them off (WCAG 2.1.4), and while typing.
const OFF = "concord-keys-off";
const PATIENCE = 1500;

let waitingSince = 0;

export function listenToKeys() {
  const dialog = document.getElementById("keys");
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (isTyping(event.target) || dialog?.open) return;
    if (event.key === "?") {
      event.preventDefault();
      dialog?.showModal();
    } else if (isOff()) {
      return;
    } else if (event.key === "/") {
      const search = document.querySelector("[data-search], input[type=search], [role=search] :is(input:not([type=hidden]), select)");
      if (search) {
        event.preventDefault();
        search.focus();
      }
    } else if (event.key === "g") {
      waitingSince = event.timeStamp;
    } else if (waitingSince && event.timeStamp - waitingSince < PATIENCE) {
      waitingSince = 0;
      document.querySelector(`[data-key="${CSS.escape(event.key)}"]`)?.click();
    }
  });
  if (dialog) offerSwitch(dialog);
}

function isTyping(target) {
  return target instanceof Element && (target.isContentEditable || /^(input|textarea|select)$/i.test(target.tagName));
}

function isOff() {
  try {
    return localStorage.getItem(OFF) === "1";
  } catch {
    return false;
  }
}

function offerSwitch(dialog) {
  const button = dialog.querySelector("[data-keys-switch]");
  if (!button) return;
  const label = () => {
    button.textContent = isOff() ? "Turn single keys on" : "Turn single keys off";
  };
  button.addEventListener("click", () => {
    try {
      if (isOff()) localStorage.removeItem(OFF);
      else localStorage.setItem(OFF, "1");
    } catch {
      // a browser that keeps nothing keeps the keys on
    }
    label();
  });
  for (const opener of document.querySelectorAll("[data-keys-open]")) {
    opener.hidden = false;
    opener.addEventListener("click", () => dialog.showModal());
  }
  label();
}
