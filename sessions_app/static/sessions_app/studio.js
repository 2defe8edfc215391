/* The theme writes its icons as words of a font; they decorate, hence are not read aloud. */
"use strict";

document.addEventListener("DOMContentLoaded", () => {
    for (const icon of document.querySelectorAll(".material-symbols-outlined")) {
        icon.setAttribute("aria-hidden", "true");
    }
});
