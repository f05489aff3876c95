// Single keys for what the page's buttons do. Everything here works without it, by those buttons.
// A key is its place on the keyboard (event.code): with a Khmer, Thai or Arabic layout event.key is no Latin letter.
// data-key names the place a button is made for (data-place in the help), data-act what a key does that has no button.
// Where people have moved keys to is in their account's preferences, which the page's main part carries:
// {"KeyY": "KeyG"}, or "off" for none.

const SWITCH = "lurewatch.keys";
const TYPING = "input:not([type=checkbox]), textarea, select, [contenteditable]";
// Nobody reads a post in less; so early comes only the second half of a double click on the page before.
const TOO_SOON_MS = 250;
const OWN_ACTS = { down: () => moveInList(1), up: () => moveInList(-1), highlights: toggleMarks, help: toggleHelp };
// From a press until its page is there: a second press would decide on something that nobody has read.
let isOnItsWay = false;
let shownAt = 0;

document.addEventListener("keydown", (event) => {
  // Enter in a tick box would send the form.
  if (event.key === "Enter" && event.target.matches(".ticked input")) event.preventDefault();
  if (!isOurs(event)) return;
  const act = actionOf(event);
  if (!act) return;
  event.preventDefault();
  act();
});

document.addEventListener("submit", (event) => {
  const isDecision = event.target.matches(".decide, .undo");
  const isTooSoon = event.target.matches(".decide") && performance.now() - shownAt < TOO_SOON_MS;
  if (isTooSoon || (isDecision && isOnItsWay)) {
    event.preventDefault();
    event.stopImmediatePropagation();
    return;
  }
  isOnItsWay = isDecision;
}, { capture: true });
document.addEventListener("change", (event) => {
  if (event.target.id === "keys-on") localStorage.setItem(SWITCH, event.target.checked ? "on" : "off");
});
document.addEventListener("htmx:afterSettle", () => {
  show();
  // The new page's place in the document, so that Tab and a screen reader begin there and not at the top.
  document.getElementById("main")?.focus({ preventScroll: true });
});
for (const lost of ["htmx:sendError", "htmx:timeout", "htmx:sendAbort"]) {
  document.addEventListener(lost, () => { isOnItsWay = false; });
}
addEventListener("pageshow", show);

function show() {
  isOnItsWay = false;
  shownAt = performance.now();
  document.documentElement.classList.add("with-script");
  const box = document.getElementById("keys-on");
  if (box) box.checked = areOn();
  printKeys();
}

function chosen() {
  return document.getElementById("main")?.dataset.keys ?? "{}";
}

function moved() {
  return chosen() === "off" ? {} : JSON.parse(chosen());
}

function areOn() {
  return chosen() !== "off" && localStorage.getItem(SWITCH) !== "off";
}

function isOurs(event) {
  if (event.repeat || event.isComposing || event.ctrlKey || event.altKey || event.metaKey) return false;
  return !isOnItsWay && areOn() && !event.target.closest(TYPING);
}

function codeOf(element) {
  const usual = element.dataset.key ?? element.dataset.place;
  return moved()[usual] ?? usual;
}

function actionOf(event) {
  if (event.key === "?" || (event.code === "Slash" && event.shiftKey)) return toggleHelp;
  // On some layouts the stroke is typed with Shift, on others its place is another key's.
  const code = event.key === "/" ? "Slash" : event.shiftKey ? null : event.code;
  const found = [...document.querySelectorAll("[data-key], [data-place]")].filter((one) => codeOf(one) === code);
  const controls = found.filter((one) => !one.matches("kbd") && !one.disabled);
  const field = controls.find((one) => one.matches(TYPING));
  if (field) return () => field.focus();
  if (controls.length) return () => controls[0].click();
  return found.map((one) => OWN_ACTS[one.dataset.act]).find(Boolean);
}

function printKeys() {
  for (const one of document.querySelectorAll("[data-key], [data-place]")) {
    const printed = one.matches("kbd") ? one : (one.closest("label") ?? one).querySelector("kbd");
    const sign = one.dataset.act === "help" ? "?" : signOf(codeOf(one));
    if (printed) printed.textContent = sign;
    if (one.hasAttribute("aria-keyshortcuts")) one.setAttribute("aria-keyshortcuts", sign);
  }
}

function signOf(code) {
  return code === "Slash" ? "/" : code.replace(/^(Key|Digit)/, "").toLowerCase();
}

function toggleMarks() {
  document.getElementById("post-text")?.classList.toggle("unmarked");
}

function toggleHelp() {
  const help = document.getElementById("help");
  if (!help) return;
  help.open = !help.open;
  if (help.open) help.querySelector("summary").focus();
}

function moveInList(step) {
  const rows = [...document.querySelectorAll("[data-row]")];
  const at = rows.indexOf(document.activeElement);
  const to = at < 0 ? (step > 0 ? 0 : rows.length - 1) : at + step;
  rows[Math.min(Math.max(to, 0), rows.length - 1)]?.focus();
}
