/* The agenda: shows what the server answers, asks before it moves anything, and puts back what the
   server refuses. All rules are the server's. */
"use strict";

document.addEventListener("DOMContentLoaded", () => {
    const facts = JSON.parse(document.getElementById("agenda-facts").textContent);
    const words = JSON.parse(document.getElementById("agenda-words").textContent);
    const problem = document.getElementById("agenda-problem");
    const done = document.getElementById("agenda-done");
    const isPhone = window.matchMedia("(max-width: 700px)").matches;
    const hasRows = facts.resources.length > 0;
    // The calendar's own "today" and "now" are the browser's: where its clock is not the studio's,
    // the studio's day is marked instead.
    const isElsewhere = -new Date().getTimezoneOffset() !== facts.minutes;
    document.getElementById("agenda").classList.toggle("agenda-elsewhere", isElsewhere);
    const page = document.documentElement;
    const followTheme = () => page.classList.toggle("ec-dark", page.classList.contains("dark"));
    followTheme();
    new MutationObserver(followTheme).observe(page, {attributeFilter: ["class"]});
    let shown = "all";

    const pad = (number) => String(number).padStart(2, "0");
    const day = (date) => `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}`;
    const clock = (date) => `${pad(date.getHours())}:${pad(date.getMinutes())}`;
    const wall = (date) => `${day(date)}T${clock(date)}:${pad(date.getSeconds())}`;
    const spoken = (date) =>
        date.toLocaleDateString(facts.language, {weekday: "long", day: "numeric", month: "long"}) +
        `, ${clock(date)}`;

    function tell(element, text) {
        problem.hidden = done.hidden = true;
        element.textContent = text;
        element.hidden = !text;
    }

    function resources() {
        return facts.resources.filter((one) => shown === "all" || one.kind === shown);
    }

    function isShown(info) {
        const inRows = info.view.type.startsWith("resource");
        return inRows || info.event.extendedProps.firstOf.includes(shown);
    }

    async function load(info) {
        const asked = new URLSearchParams({start: wall(info.start), end: wall(info.end)});
        try {
            const answer = await fetch(`${facts.entries}?${asked}`, {redirect: "error"});
            if (answer.ok) return await answer.json();
        } catch {
            // What cannot be reached, or asks one to sign in, is told like any other failure.
        }
        tell(problem, words.unread);
        return [];
    }

    function ask(title, text, needsReason) {
        const dialog = document.getElementById("agenda-question");
        const label = document.getElementById("agenda-reason");
        const reason = label.querySelector("input");
        document.getElementById("agenda-question-title").textContent = title;
        document.getElementById("agenda-question-text").textContent = text;
        label.hidden = !needsReason;
        reason.required = needsReason;
        reason.value = "";
        dialog.returnValue = "no";
        dialog.showModal();
        return new Promise((resolve) => {
            dialog.addEventListener(
                "close",
                () => resolve(dialog.returnValue === "yes" ? {reason: reason.value} : null),
                {once: true},
            );
        });
    }

    async function drop(info) {
        const {event, oldEvent, newResource} = info;
        const besides = event.extendedProps;
        const where = newResource ? ` · ${newResource.title}` : "";
        const moved = event.start.getTime() !== oldEvent.start.getTime();
        const answer = await ask(
            words.question.replace("%(code)s", besides.code),
            `${spoken(oldEvent.start)} → ${spoken(event.start)}${where}`,
            moved && besides.needsReason,
        );
        if (answer === null) {
            info.revert();
            return;
        }
        const body = new FormData(document.getElementById("agenda-token"));
        body.set("claim", event.id);
        body.set("start", wall(event.start));
        body.set("version", besides.version);
        body.set("reason", answer.reason);
        if (newResource) {
            const [kind, id] = String(newResource.id).split("-");
            body.set(kind, id);
        }
        try {
            const response = await fetch(facts.move, {method: "POST", body, redirect: "error"});
            const told = await response.json();
            if (!response.ok) info.revert();
            tell(response.ok ? done : problem, told.detail);
        } catch {
            info.revert();
            tell(problem, words.unreachable);
        }
        calendar.refetchEvents();
    }

    function book(start, end, resource) {
        if (!facts.add) return;
        const asked = new URLSearchParams({session_date: day(start)});
        asked.set("session_time", clock(start));
        if (end) asked.set("estimated_duration_hours", (end - start) / 3600000);
        const [kind, id] = resource ? String(resource.id).split("-") : [];
        if (kind === "room") {
            asked.set("session_type", "Studio");
            asked.set("room", id);
        } else if (Number(id)) {
            asked.set("photographer", id);
        }
        window.location.assign(`${facts.add}?${asked}`);
    }

    function content(info) {
        const {title, extendedProps} = info.event;
        const {client, code, place, state, who} = extendedProps;
        const inRows = info.view.type.startsWith("resource");
        const what = client || (inRows ? title : [who, title].filter(Boolean).join(" · "));
        const about = [code, place].filter(Boolean).join(" · ");
        const lines = [info.timeText, what, about, state].filter(Boolean);
        const box = document.createElement("div");
        box.className = "agenda-entry";
        lines.forEach((line, number) => {
            const part = document.createElement(number === 1 ? "strong" : "span");
            part.textContent = line;
            box.append(part);
        });
        return {domNodes: [box]};
    }

    if (isPhone) words.buttons.listWeek = words.buttons.timeGridWeek;
    const wide = hasRows
        ? "resourceTimeGridDay,resourceTimelineDay,resourceTimelineWeek,dayGridMonth,listWeek"
        : "timeGridDay,timeGridWeek,dayGridMonth,listWeek";
    const calendar = EventCalendar.create(document.getElementById("agenda"), {
        view: isPhone ? "listWeek" : hasRows ? "resourceTimelineDay" : "timeGridWeek",
        date: facts.date,
        highlightedDates: isElsewhere ? [facts.today] : [],
        headerToolbar: {
            start: "prev,today,next",
            center: "title",
            end: isPhone ? "listDay,listWeek" : wide,
        },
        buttonText: (texts) => ({...texts, ...words.buttons}),
        resources: resources(),
        eventSources: [{events: load}],
        eventFilter: isShown,
        eventContent: content,
        eventDidMount: (info) => {
            info.el.title = [info.event.title, info.event.extendedProps.who].join(" · ");
        },
        eventClick: (info) => {
            if (info.event.extendedProps.page) {
                window.location.assign(info.event.extendedProps.page);
            }
        },
        eventStartEditable: true,
        eventDurationEditable: false,
        eventDrop: drop,
        dateClick: (info) => {
            if (!info.allDay) book(info.date, null, info.resource);
        },
        selectable: Boolean(facts.add) && !isPhone,
        select: (info) => {
            if (!info.allDay) book(info.start, info.end, info.resource);
        },
        locale: facts.language,
        firstDay: isPhone ? new Date(`${facts.today}T00:00:00`).getDay() : 1,
        allDaySlot: false,
        nowIndicator: !isElsewhere,
        pointer: Boolean(facts.add),
        slotMinTime: "06:00:00",
        slotMaxTime: "22:00:00",
        flexibleSlotTimeLimits: {eventFilter: (event) => Boolean(event.extendedProps.code)},
        slotDuration: "00:30:00",
        snapDuration: "00:15:00",
        slotWidth: 36,
        dayMaxEvents: true,
        eventTimeFormat: {hour: "2-digit", minute: "2-digit", hourCycle: "h23"},
        slotLabelFormat: {hour: "2-digit", minute: "2-digit", hourCycle: "h23"},
        noEventsContent: words.nothing,
        moreLinkContent: (info) => words.more.replace("%(count)s", info.num),
    });

    document.querySelectorAll("[data-show]").forEach((button) => {
        button.addEventListener("click", () => {
            shown = button.dataset.show;
            document.querySelectorAll("[data-show]").forEach((one) => {
                one.setAttribute("aria-pressed", String(one === button));
            });
            calendar.setOption("resources", resources());
            calendar.setOption("eventFilter", (info) => isShown(info));
        });
    });
});
