// What of a page somebody cannot see, hear or reach. Returns sentences; none is good.
(wanted) => {
    const found = [];
    const isShown = (element) =>
        element.checkVisibility({opacityProperty: true, visibilityProperty: true}) &&
        !element.closest("[aria-hidden=true]");
    const named = (element) => {
        const ids = (element.getAttribute("aria-labelledby") || "").split(/\s+/).filter(Boolean);
        const texts = ids.map((id) => document.getElementById(id)?.textContent || "");
        const labels = [...(element.labels || [])].map((label) => label.textContent);
        return [element.getAttribute("aria-label"), element.title, ...texts, ...labels]
            .some((text) => text && text.trim());
    };
    const brief = (element) => element.outerHTML.replace(/\s+/g, " ").slice(0, 120);

    const headings = [...document.querySelectorAll("h1")].filter(isShown);
    if (headings.length !== 1) found.push(`${headings.length} headings h1`);

    document.querySelectorAll("input:not([type=hidden]), select, textarea").forEach((field) => {
        if (isShown(field) && !named(field)) found.push(`no label: ${brief(field)}`);
    });
    document.querySelectorAll("a[href], button").forEach((one) => {
        const isNamed = one.textContent.trim() || named(one) || [...one.querySelectorAll("[title]")].some(named);
        if (isShown(one) && !isNamed) found.push(`no name: ${brief(one)}`);
    });
    const ids = [...document.querySelectorAll("[id]")].map((element) => element.id);
    const twice = new Set(ids.filter((id, index) => id && ids.indexOf(id) !== index));
    twice.forEach((id) => {
        if (document.querySelector(`label[for="${id}"]`)) found.push(`a label for two: ${id}`);
    });

    // Contrast as WCAG 2.1 AA asks for it; colours are painted once, since they come in any notation.
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = 1;
    const brush = canvas.getContext("2d", {willReadFrequently: true});
    const painted = (colors) => {
        brush.clearRect(0, 0, 1, 1);
        colors.forEach((color) => {
            brush.fillStyle = color;
            brush.fillRect(0, 0, 1, 1);
        });
        return [...brush.getImageData(0, 0, 1, 1).data].slice(0, 3);
    };
    const light = (rgb) => {
        const [r, g, b] = rgb.map((part) => {
            const share = part / 255;
            return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
        });
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const grounds = (element) => {
        const colors = [];
        for (let one = element; one; one = one.parentElement) {
            colors.unshift(getComputedStyle(one).backgroundColor);
        }
        return ["white", ...colors];
    };
    const told = new Set();
    document.querySelectorAll(wanted).forEach((element) => {
        const hasText = [...element.childNodes].some(
            (node) => node.nodeType === Node.TEXT_NODE && node.textContent.trim(),
        );
        if (!hasText || !isShown(element)) return;
        const style = getComputedStyle(element);
        const ground = painted(grounds(element));
        const ink = painted([...grounds(element), style.color]);
        const [bright, dark] = [light(ground), light(ink)].sort((a, b) => b - a);
        const ratio = Number(((bright + 0.05) / (dark + 0.05)).toFixed(2)); // colours are rounded too
        const size = parseFloat(style.fontSize);
        const isLarge = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
        const sentence = `contrast ${ratio}: ${element.tagName} .${element.className}`;
        if (ratio < (isLarge ? 3 : 4.5) && !told.has(sentence)) {
            told.add(sentence);
            found.push(`${sentence} “${element.textContent.trim().slice(0, 40)}”`);
        }
    });
    return found;
}
