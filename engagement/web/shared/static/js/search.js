// The search while it is used: suggestions, a list that follows the filters, the visitor's own place. All of it also
// works as a plain form. htmx is fetched when somebody begins to use the form, not before.
const form = () => document.getElementById("search");
const words = () => document.getElementById("search-words");
const box = () => document.getElementById("suggestions");
const options = () => [...document.querySelectorAll("#suggestions [role=option]")];
let loading;

function htmx() {
  loading ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    // It reads the page in a task of its own, after it has come.
    const ready = () => setTimeout(() => resolve(window.htmx));
    Object.assign(script, { src: form().dataset.htmx, onload: ready, onerror: reject });
    document.head.append(script);
  });
  return loading;
}

// What a script makes of the form; a new form from the server is made so again.
function prepare() {
  const field = words();
  if (!field || !box()) return;
  field.setAttribute("role", "combobox");
  field.setAttribute("aria-autocomplete", "list");
  field.setAttribute("aria-controls", "suggestions");
  const near = document.querySelector(".near-me");
  if (near) near.hidden = !("geolocation" in navigator);
  open(false);
}

// --- suggestions ---
function open(shown) {
  if (!box()) return;
  if (!shown) box().replaceChildren();
  words().setAttribute("aria-expanded", String(shown));
  choose(-1);
}

function choose(number) {
  options().forEach((option, place) => option.setAttribute("aria-selected", String(place === number)));
  const chosen = options()[number];
  if (chosen) words().setAttribute("aria-activedescendant", chosen.id);
  else words().removeAttribute("aria-activedescendant");
  chosen?.scrollIntoView({ block: "nearest" });
}

function chosenNumber() {
  return options().findIndex((option) => option.getAttribute("aria-selected") === "true");
}

document.addEventListener("keydown", (event) => {
  const count = options().length;
  if (event.target !== words() || !count) return;
  const now = chosenNumber();
  if (event.key === "ArrowDown") choose(now + 1 < count ? now + 1 : 0);
  else if (event.key === "ArrowUp") choose(now > 0 ? now - 1 : count - 1);
  else if (event.key === "Enter" && now >= 0) location.assign(options()[now].dataset.address);
  else if (event.key === "Escape") open(false);
  else return;
  event.preventDefault();
});
document.addEventListener("pointerdown", (event) => {
  const option = event.target.closest?.("#suggestions [role=option]");
  if (option) {
    event.preventDefault();
    location.assign(option.dataset.address);
  } else if (event.target !== words() && options().length) open(false);
});
document.addEventListener("focusin", (event) => {
  if (!form()) return;
  if (event.target.form === form()) htmx();
  if (event.target !== words() && options().length) open(false);
});

// --- the list follows the form ---
const isLive = () => "live" in form().dataset;

async function follow() {
  await htmx().catch(() => {}); // without it, the form is sent as a whole page
  form().requestSubmit();
}

document.addEventListener("change", (event) => {
  const field = event.target;
  if (!form() || field.form !== form() || !isLive() || field === words()) return;
  follow();
});
let sent; // what was searched for: suggestions for it that come late are not wanted any more
document.addEventListener("submit", (event) => {
  if (event.target !== form()) return;
  sent = words().value;
  open(false);
});
document.addEventListener("formdata", (event) => {
  if (event.target !== form()) return;
  const place = event.formData.get("plz");
  for (const [name, value] of [...event.formData]) {
    if (!value || (name === "ort" && place)) event.formData.delete(name);
  }
});
document.addEventListener("click", async (event) => {
  const link = event.target.closest?.("#finding .chip, #finding .hints a");
  const isPlain = !event.ctrlKey && !event.metaKey && !event.shiftKey && event.button === 0;
  if (!link || !isPlain || new URL(link.href).pathname !== location.pathname) return;
  event.preventDefault();
  const library = await htmx();
  await library.ajax("GET", link.href, { source: "#finding", target: "#finding", select: "#finding", swap: "outerMorph", push: "true" });
  document.getElementById("results-title").focus({ preventScroll: true });
});

// Folds stay as the visitor left them: opened again only afterwards they would push the page away under the finger.
document.addEventListener("htmx:before:swap", (event) => {
  const opened = new Set([...document.querySelectorAll("#finding details[open]")].map((fold) => fold.id));
  for (const { fragment } of event.detail.tasks) {
    for (const fold of fragment?.querySelectorAll("details") ?? []) fold.open ||= opened.has(fold.id);
  }
});
// Boxes show what the server understood.
document.addEventListener("htmx:after:swap", () => {
  const wanted = document.activeElement === words() && words().value !== sent;
  if (options().length) {
    if (wanted) words().setAttribute("aria-expanded", "true");
    else open(false);
    return;
  }
  for (const field of form().elements) {
    if (field.type === "checkbox" || field.type === "radio") field.checked = field.defaultChecked;
    else if (field.options) for (const option of field.options) option.selected = option.defaultSelected;
    else if (field !== document.activeElement && "defaultValue" in field) field.value = field.defaultValue;
  }
  prepare();
});
const asked = location.pathname + location.search;
window.addEventListener("popstate", () => {
  // Another page's script made this entry of the history; a link to a part of this page is none of it.
  if (!loading && asked !== location.pathname + location.search) location.reload();
});

// --- near me ---
const STEPS_PER_DEGREE = 200; // about 500 metres; what is finer never leaves the browser
const rough = (degrees) => (Math.round(degrees * STEPS_PER_DEGREE) / STEPS_PER_DEGREE).toFixed(3);

document.addEventListener("click", (event) => {
  if (!event.target.closest?.(".near-me")) return;
  const says = document.getElementById("near-me-says");
  says.textContent = says.dataset.asks;
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => {
      form().elements.plz.value = "";
      form().elements.ort.value = `${rough(coords.latitude)},${rough(coords.longitude)}`;
      if (isLive()) follow();
      else form().requestSubmit();
    },
    () => { says.textContent = says.dataset.refused; },
    { maximumAge: 600_000, timeout: 15_000 },
  );
});

prepare();
