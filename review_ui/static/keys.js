// Single keys for what the page's buttons do. Everything here works without it, by those buttons.
// A key is its place on the keyboard (event.code): with a Khmer, Thai or Arabic layout event.key is no Latin letter.

const STORED = "lurewatch.keys";
const TYPING = "input:not([type=checkbox]), textarea, select, [contenteditable]";
// Nobody reads a post in less; so early comes only the second half of a double click on the page before.
const TOO_SOON_MS = 250;
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
  if (event.target.matches(".decide") && performance.now() - shownAt < TOO_SOON_MS) {
    event.preventDefault();
    event.stopImmediatePropagation();
    return;
  }
  isOnItsWay = event.target.matches(".decide, .undo");
}, { capture: true });
document.addEventListener("change", (event) => {
  if (event.target.id === "keys-on") localStorage.setItem(STORED, event.target.checked ? "on" : "off");
});
document.addEventListener("htmx:afterSettle", () => {
  show();
  document.getElementById("main")?.focus({ preventScroll: true });
});
document.addEventListener("htmx:sendError", () => { isOnItsWay = false; });
addEventListener("pageshow", show);

function show() {
  isOnItsWay = false;
  shownAt = performance.now();
  document.documentElement.classList.add("with-script");
  const box = document.getElementById("keys-on");
  if (box) box.checked = areOn();
  for (const key of document.querySelectorAll("[data-key] kbd, .reveal kbd")) printKey(key);
  for (const key of document.querySelectorAll("#help kbd")) printHelp(key);
}

// What a person has moved: usual place -> theirs, or "off" (their preferences, in the page's main part).
function chosen() {
  return document.getElementById("main")?.dataset.keys ?? "{}";
}

function moved() {
  return chosen() === "off" ? {} : JSON.parse(chosen());
}

function usualPlace(code) {
  const from = Object.entries(moved());
  const found = from.find(([, theirs]) => theirs === code);
  if (found) return found[0];
  return from.some(([usual]) => usual === code) ? null : code;
}

function printKey(key) {
  const carrier = key.closest("[data-key]") ?? key.parentElement.querySelector("[data-key]");
  key.textContent = letterOf(carrier.dataset.key);
  carrier.setAttribute("aria-keyshortcuts", key.textContent);
}

function printHelp(key) {
  key.dataset.usual ??= `Key${key.textContent.toUpperCase()}`;
  key.textContent = letterOf(key.dataset.usual);
}

function letterOf(usual) {
  return (moved()[usual] ?? usual).slice(-1).toLowerCase();
}

function areOn() {
  return chosen() !== "off" && localStorage.getItem(STORED) !== "off";
}

function isOurs(event) {
  if (event.repeat || event.isComposing || event.ctrlKey || event.altKey || event.metaKey) return false;
  return !isOnItsWay && areOn() && !event.target.closest(TYPING);
}

function actionOf(event) {
  if (event.key === "?" || (event.code === "Slash" && event.shiftKey)) return toggleHelp;
  // On some layouts the stroke is typed with Shift, on others its place is another key's.
  if (event.key === "/" || (event.code === "Slash" && !event.shiftKey)) return goToSearch;
  if (event.shiftKey) return null;
  const code = usualPlace(event.code);
  if (code === "KeyJ") return () => moveInList(1);
  if (code === "KeyK") return () => moveInList(-1);
  if (code === "KeyH") return () => document.getElementById("post-text")?.classList.toggle("unmarked");
  const control = code && document.querySelector(`[data-key="${code}"]`);
  return control && (() => control.click());
}

function toggleHelp() {
  const help = document.getElementById("help");
  if (!help) return;
  help.open = !help.open;
  if (help.open) help.querySelector("summary").focus();
}

function goToSearch() {
  const field = document.getElementById("search-text");
  if (field) field.focus();
  else document.querySelector('nav a[href="/search"]')?.click();
}

function moveInList(step) {
  const rows = [...document.querySelectorAll("[data-row]")];
  const at = rows.indexOf(document.activeElement);
  const to = at < 0 ? (step > 0 ? 0 : rows.length - 1) : at + step;
  rows[Math.min(Math.max(to, 0), rows.length - 1)]?.focus();
}
