// The results on a map. Nothing is asked of the tile server, nor are Leaflet and the points fetched, before the visitor
// has agreed. The consent is for one server and is kept on this device only if the visitor wants it.
const KEPT = "engagement-map";
const PLACE = "punkt-";
const CLOSEST_AT_FIRST = 15;
const still = matchMedia("(prefers-reduced-motion: reduce)").matches;

const section = () => document.getElementById("map");
const canvas = () => document.getElementById("map-canvas");
const bar = () => document.getElementById("map-bar");
const text = (name, values = {}) => Object.entries(values).reduce((line, [key, value]) => line.replace(`{${key}}`, value), section().dataset[name]);
const say = (line) => { document.getElementById("map-says").textContent = line; };

// --- consent ---
let agreed = false;

function isKept() {
  try { return localStorage.getItem(KEPT) === section().dataset.server; } catch { return false; }
}

function keep(wanted) {
  try {
    if (wanted) localStorage.setItem(KEPT, section().dataset.server);
    else localStorage.removeItem(KEPT);
  } catch { /* a browser that keeps nothing asks again */ }
}

// --- Leaflet, in the order in which its parts need each other ---
let loading;

function script(address) {
  return new Promise((resolve, reject) => {
    const made = document.createElement("script");
    Object.assign(made, { src: address, onload: resolve, onerror: reject });
    document.head.append(made);
  });
}

async function fetched() {
  for (const address of section().dataset.scripts.split(" ")) await script(address);
  return window.L;
}

function library() {
  loading ??= fetched().catch((error) => { loading = undefined; throw error; });
  return loading;
}

// --- the map ---
let shown; // { canvas, map, group, spots: marker by entry, address }

function open(L) {
  shown?.map.remove();
  const { tiles, maxZoom } = section().dataset;
  for (const filled of [canvas(), bar()]) filled.setAttribute("hx-morph-skip", ""); // what htmx brings has empty ones
  const moves = { zoomAnimation: !still, fadeAnimation: !still, markerZoomAnimation: !still, inertia: !still };
  const map = L.map(canvas(), { ...moves, zoomControl: false, scrollWheelZoom: false, maxZoom: Number(maxZoom) });
  const zoom = L.control.zoom({ zoomInTitle: text("closer"), zoomOutTitle: text("farther") }).addTo(map);
  map.attributionControl.setPrefix(false);
  bar().replaceChildren(zoom.getContainer(), map.attributionControl.getContainer()); // beside the map they hide no pin
  map.addLayer(pictures(L, tiles, Number(maxZoom)));
  map.on("focus", () => map.scrollWheelZoom.enable()).on("blur", () => map.scrollWheelZoom.disable());
  map.on("popupopen", opened).on("popupclose", closed).on("moveend popupclose", () => setTimeout(uncover));
  const group = L.markerClusterGroup({ animate: !still, showCoverageOnHover: false, maxClusterRadius: 64, iconCreateFunction: (cluster) => clusterIcon(L, cluster) });
  group.on("animationend spiderfied", uncover);
  return { canvas: canvas(), map: map.addLayer(group), group, spots: new Map(), address: "" };
}

function pictures(L, tiles, maxZoom) {
  const { attribution, licence } = section().dataset;
  const source = document.createElement(licence ? "a" : "span");
  source.textContent = attribution;
  if (licence) Object.assign(source, { href: licence, rel: "noreferrer" });
  const layer = L.tileLayer(tiles, { maxZoom, attribution: source.outerHTML, referrerPolicy: "no-referrer" });
  let came = false;
  layer.on("tileload", () => { came = true; });
  return layer.on("tileerror", () => { if (!came) say(text("failed")); });
}

function icon(L, kind, number, name, size) {
  const made = L.divIcon({ className: `pin pin--${kind}`, iconSize: [size, size], html: "<span></span>" });
  const create = made.createIcon;
  made.createIcon = function named(...old) {
    const element = create.apply(this, old);
    element.setAttribute("aria-label", name);
    element.firstChild.textContent = number > 1 ? String(number) : "";
    return element;
  };
  return made;
}

function clusterIcon(L, cluster) {
  const number = cluster.getAllChildMarkers().reduce((sum, marker) => sum + marker.found.length, 0);
  return icon(L, "cluster", number, text("cluster", { number }), 48);
}

function markerOf(L, found) {
  const [first] = found;
  const name = found.length > 1 ? text("here", { number: first.here }) : first.title;
  const marker = L.marker([first.lat, first.lon], { icon: icon(L, "one", found.length, name, 44) });
  marker.found = found;
  return marker.bindPopup(() => told(found), roomFor());
}

// A popup is never larger than the map that it opens in.
function roomFor() {
  const { clientWidth, clientHeight } = canvas();
  const maxWidth = Math.min(280, clientWidth - 90);
  return { maxWidth, minWidth: Math.min(200, maxWidth), maxHeight: Math.min(260, clientHeight - 120), autoPanPadding: [12, 12] };
}

// What an offer is, in the popup: made of text, never of markup.
function told(found) {
  const box = document.createElement("div");
  box.dir = document.dir;
  if (found.length > 1) box.append(line("p", "popup__head", text("here", { number: found[0].here })));
  const list = document.createElement("ul");
  list.className = "popup";
  for (const { title, lang, by, when, href, town } of found) {
    const item = document.createElement("li");
    const link = line("a", "popup__title", title);
    Object.assign(link, { href, lang, dir: "auto" });
    const names = [by, town].filter(Boolean).map((name) => Object.assign(line("span", "", name), { lang: "de", dir: "auto" }));
    item.append(link, ...names, line("span", "popup__when", when));
    list.append(item);
  }
  box.append(list);
  return box;
}

function line(kind, name, words) {
  const made = document.createElement(kind);
  made.className = name;
  made.textContent = words;
  return made;
}

function draw(L, found, address) {
  if (shown?.canvas !== canvas()) shown = open(L);
  const places = new Map();
  for (const point of found.points) {
    const place = `${point.lat} ${point.lon}`;
    places.set(place, [...(places.get(place) ?? []), point]);
  }
  const markers = [...places.values()].map((here) => markerOf(L, here));
  shown.map.closePopup();
  shown.group.clearLayers();
  shown.spots = new Map(markers.flatMap((marker) => marker.found.map(({ id }) => [id, marker])));
  shown.address = address;
  const bounds = L.latLngBounds(markers.map((marker) => marker.getLatLng()));
  shown.map.fitBounds(bounds, { padding: [32, 32], maxZoom: CLOSEST_AT_FIRST, animate: false });
  shown.group.addLayers(markers);
  const number = found.points.length;
  say(found.total > number ? text("capped", { shown: number, total: found.total }) : "");
}

async function show() {
  const { points } = section().dataset;
  for (const [id, hidden] of [["map-ask", true], ["map-canvas", false], ["map-off", false]]) document.getElementById(id).hidden = hidden;
  if (shown?.address !== points || shown.canvas !== canvas()) {
    say(text("loading"));
    try {
      const [L, answer] = await Promise.all([library(), fetch(points, { headers: { Accept: "application/json" } })]);
      if (!answer.ok) throw new Error(answer.statusText);
      const found = await answer.json();
      if (!agreed || section()?.dataset.points !== points) return; // meanwhile something else is asked for
      draw(L, found, points);
    } catch (error) {
      console.error(error);
      if (section()) say(text("failed"));
    }
  }
  offer();
}

// Entries of the list lead to their place, as long as there is a map.
function offer() {
  for (const button of document.querySelectorAll(".spot__show")) {
    button.hidden = !agreed || !shown?.spots.has(button.closest("[data-spot]").dataset.spot);
  }
}

function hide() {
  agreed = false;
  keep(false);
  shown?.map.remove();
  shown = undefined;
  bar().replaceChildren();
  const fresh = canvas().cloneNode(false);
  Object.assign(fresh, { hidden: true, className: "map__canvas" });
  canvas().replaceWith(fresh);
  document.getElementById("map-ask").hidden = false;
  document.getElementById("map-off").hidden = true;
  document.getElementById("map-remember").checked = false;
  say("");
  offer();
  document.getElementById("map-load").focus();
}

function refresh() {
  if (!section()) return;
  agreed ||= isKept();
  if (agreed) show();
}

// --- map and list tell each other what is chosen ---
const isBeside = () => getComputedStyle(section()).position === "sticky";

function mark(ids) {
  for (const entry of document.querySelectorAll(".spot")) entry.classList.toggle("spot--chosen", ids.includes(entry.dataset.spot));
}

function opened({ popup }) {
  const ids = popup._source.found.map(({ id }) => id);
  const element = popup.getElement();
  element.querySelector(".leaflet-popup-close-button").setAttribute("aria-label", text("close"));
  mark(ids);
  uncover();
  if (isBeside()) document.querySelector(".spot--chosen")?.scrollIntoView({ block: "nearest", behavior: still ? "auto" : "smooth" });
  element.querySelector("a.popup__title").focus({ preventScroll: true });
}

// A pin under an open popup could be hit by its edge alone: it is away until the popup is closed.
function uncover() {
  const popup = canvas()?.querySelector(".leaflet-popup");
  const own = popup && shown?.map._popup?._source?.getElement();
  const room = popup?.getBoundingClientRect();
  for (const pin of canvas()?.querySelectorAll(".pin") ?? []) {
    const at = pin.getBoundingClientRect();
    const isUnder = room && pin !== own && at.left < room.right && at.right > room.left && at.top < room.bottom && at.bottom > room.top;
    pin.classList.toggle("pin--under", Boolean(isUnder));
  }
}

function closed({ popup }) {
  mark([]);
  const isInside = popup.getElement()?.contains(document.activeElement);
  if (isInside) popup._source.getElement()?.focus({ preventScroll: true });
}

function choose(id) {
  const marker = shown?.spots.get(id);
  if (!marker) return;
  section().scrollIntoView({ block: isBeside() ? "nearest" : "start", behavior: still ? "auto" : "smooth" });
  shown.group.zoomToShowLayer(marker, () => marker.openPopup());
}

document.addEventListener("click", (event) => {
  const at = (name) => event.target.closest?.(name);
  if (at("#map-load")) {
    agreed = true;
    keep(document.getElementById("map-remember").checked);
    show().then(() => {
      canvas()?.focus({ preventScroll: true });
      choose(location.hash.slice(1).replace(PLACE, ""));
    });
  } else if (at("#map-close")) hide();
  else if (at(".spot__show")) choose(at("[data-spot]").dataset.spot);
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && event.target.closest?.("#map-canvas")) shown?.map.closePopup();
});
document.addEventListener("htmx:after:swap", refresh);

if (section()) {
  agreed = isKept();
  if (agreed) show().then(() => choose(location.hash.slice(1).replace(PLACE, "")));
}
