// Making nodes. Text from outside only ever becomes a text node.

const SVG = "http://www.w3.org/2000/svg";

/** @type {Record<string, string>} */
const ICONS = {
  flag: "M5 21V4M5 4.5h12.5l-2.6 4.25 2.6 4.25H5",
  comment: "M4 5h16v11.5h-8.5L7 20.5v-4H4z",
  undo: "M8.5 5 4 9.5 8.5 14M4.5 9.5h9.75a5.25 5.25 0 0 1 0 10.5H9",
  guide: "M12 6.5C10 5 7.5 4.5 4 4.5v13.25c3.5 0 6 .5 8 2 2-1.5 4.5-2 8-2V4.5c-3.5 0-6 .5-8 2zm0 0v13.25",
  search: "M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13zm4.75-1.75L20.5 20.5",
  hint: "M9.5 18h5M10.25 21h3.5M9.5 15.25c0-1-.6-1.75-1.35-2.6a5.75 5.75 0 1 1 7.7 0c-.75.85-1.35 1.6-1.35 2.6z",
  close: "M5.5 5.5l13 13m0-13l-13 13",
};

/**
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {Attributes} attributes
 * @param {...(Node | string | null | undefined)} children
 * @returns {HTMLElementTagNameMap[T]}
 */
function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === "function") node.addEventListener(name.slice(2), /** @type {EventListener} */ (value));
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

/** @param {string} name */
function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("class", "icon");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", ICONS[name] ?? "");
  svg.append(path);
  return svg;
}

/** @param {string | null | undefined} sign */
function keyHint(sign) {
  return sign ? el("kbd", { "aria-hidden": "true" }, sign) : null;
}

/** @param {string} color */
function swatch(color) {
  const mark = el("span", { class: "swatch", "aria-hidden": "true" });
  // Set as a property: a colour that is not one is dropped by the browser and cannot bring other rules along.
  mark.style.backgroundColor = color;
  return mark;
}

// Writing only what differs keeps live regions quiet and spares layout.
/**
 * @param {Node} node
 * @param {string} text
 */
function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/**
 * @param {HTMLElement} node
 * @param {boolean} shown
 */
function setShown(node, shown) {
  if (node.hidden === shown) node.hidden = !shown;
}
