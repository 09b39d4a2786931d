// What every page of the desk does beyond plain links and forms.

import { startBoard } from "./board.js";
import { startDrafts } from "./drafts.js";
import { startKeys } from "./keys.js";
import { startPalette } from "./palette.js";
import { startQueue } from "./queue.js";
import { startSaying } from "./saying.js";
import { startStream } from "./stream.js";
import { startTheme } from "./theme.js";
import { startTicket } from "./ticket.js";
import { startTimers } from "./timers.js";

for (const element of document.querySelectorAll("[data-needs-script]")) element.hidden = false;

startTheme();
startSaying();
startKeys();
startPalette();
startTimers();
startDrafts();
startQueue();
startTicket();
startBoard();
startStream();

document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});
