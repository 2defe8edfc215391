/* The bell says how many notifications are unread: after the page, and each minute it is looked at. */
"use strict";

document.addEventListener("DOMContentLoaded", () => {
    const EACH_MINUTE = 60_000;
    const MOST_SHOWN = 99;
    const bell = document.getElementById("bell");
    if (!bell) return;
    const shown = bell.querySelector(".studio-bell-count");

    async function ask() {
        if (document.hidden) return;
        let told;
        try {
            const answer = await fetch(bell.dataset.unread, { redirect: "manual" });
            if (!answer.ok) return;
            told = await answer.json();
        } catch {
            return; // signed out, or the studio is not reached: the bell stays a link
        }
        shown.textContent = told.count > MOST_SHOWN ? `${MOST_SHOWN}+` : told.count;
        shown.hidden = told.count === 0;
        bell.setAttribute("aria-label", told.label);
        bell.title = told.label;
    }

    ask();
    setInterval(ask, EACH_MINUTE);
    document.addEventListener("visibilitychange", ask);
});
