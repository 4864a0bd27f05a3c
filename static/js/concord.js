// The only script of ours. Each page works without it; it makes them quicker to use.
import { initAll } from "./kit.js";
import { watchSwaps } from "./swaps.js";
import { listenToKeys } from "./keys.js";
import { closeMenusWhenWide } from "./menus.js";
import { showProgress } from "./progress.js";
import { walkTables } from "./matrix.js";
import { filterTickLists } from "./ticklist.js";
import { pointOutIdentifiers } from "./identifiers.js";

document.body.classList.add("js-enabled", "govuk-frontend-supported");
initAll(document);
watchSwaps(initAll);
listenToKeys();
closeMenusWhenWide();
showProgress();
walkTables();
filterTickLists();
pointOutIdentifiers();
