"use strict";
(() => {
const D = JSON.parse(document.getElementById("data").textContent);
const L10N = D.labels, LOCALE = D.lang === "fr" ? "fr-FR" : "en-GB";
const NEAR_ZOOM = 12;
const narrow = matchMedia("(max-width: 1100px)"); // as in the style sheet: map, legend and table stand one below the other
// Five classes of a blue–red scale that colour-blind readers can tell apart (ColorBrewer RdBu).
const COVERAGE = [[40, "#b2182b"], [60, "#ef8a62"], [75, "#fddbc7"], [90, "#92c5de"], [Infinity, "#2166ac"]];
const NO_NEED = "#b9b9b9";
// Paul Tol's muted scheme; further rounds are dashed.
const COLOURS = ["#332288", "#117733", "#AA4499", "#999933", "#882255", "#44AA99", "#CC6677", "#88CCEE", "#DDCC77"];
const DASHES = [null, "9 6", "2 6", "12 4 2 4"];

// ---------------------------------------------------------------- words and numbers
// Formats are made once: making one takes longer than using it a hundred times.
const once = (make) => { const made = new Map(); return (key) => { if (!made.has(key)) made.set(key, make(key)); return made.get(key); }; };
const formatOf = once((decimals) => new Intl.NumberFormat(LOCALE, { minimumFractionDigits: 0, maximumFractionDigits: decimals }));
const number = (value, decimals = 0) => formatOf(decimals).format(value);
const kg = (grams) => number(grams / 1000, 1) + "\u00a0kg";
const fill = (key, values = {}) => L10N[key].replace(/\{(\w+)\}/g, (_, name) => values[name]);
const counted = (key, n) => {
  const [one, many] = L10N[key].split("|");
  const single = D.lang === "fr" ? Math.abs(n) < 2 : Math.abs(n) === 1;
  return (single ? one : many).replace("{n}", number(n));
};
const COLON = D.lang === "fr" ? "\u00a0: " : ": ";
const percent = (value) => fill("percent", { n: number(value, 1) });
const date = (i) => new Date(D.dates[i] + "T12:00:00Z");
const dated = (i, format) => {
  const shown = date(i).toLocaleDateString(LOCALE, { ...format, timeZone: "UTC" });
  return D.lang === "fr" ? shown.replace(/ 1(?= |$)/, " 1er") : shown; // French counts the first of a month, and says it
};
const shortDay = once((i) => dated(i, { weekday: "short", day: "numeric" }));
const longDay = once((i) => dated(i, { weekday: "long", day: "numeric", month: "long" }));
const plain = (text) => text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase();

// ---------------------------------------------------------------- elements: text is only ever set as text
function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "on") for (const [event, handler] of Object.entries(value)) node.addEventListener(event, handler);
    else if (value !== null && value !== undefined && value !== false) node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined && child !== ""));
  return node;
}
const byId = (id) => document.getElementById(id);
const named = (tag, name) => el(tag, { dir: "auto" }, name);

// ---------------------------------------------------------------- colours
const coverageClass = (value) => COVERAGE.findIndex(([limit]) => value < limit);
const coverageColour = (value) => (value === null ? NO_NEED : COVERAGE[coverageClass(value)][1]);
const usedVehicles = [...new Set(D.tours.map((tour) => tour.v))].sort((a, b) => a - b);
const rank = new Map(usedVehicles.map((vehicle, i) => [vehicle, i]));
const colourOf = (vehicle) => COLOURS[rank.get(vehicle) % COLOURS.length];
const dashOf = (vehicle) => DASHES[Math.floor(rank.get(vehicle) / COLOURS.length) % DASHES.length];
function inkOn(colour) {
  const [r, g, b] = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16) / 255);
  return 0.3 * r + 0.59 * g + 0.11 * b > 0.5 ? "#111" : "#fff";
}

// ---------------------------------------------------------------- what happens where, worked out once
const visits = []; // every stop but the depot's: {tour, d, v, trip, number, stop}
for (const tour of D.tours) {
  let count = 0;
  for (const [trip, stops] of tour.t)
    for (const stop of stops) if (stop.k !== "d") visits.push({ d: tour.d, v: tour.v, trip, number: ++count, stop });
}
const siteVisits = D.sites.map(() => []), farmVisits = D.farms.map(() => []), atPlace = D.sites.map(() => []);
for (const visit of visits) {
  if (visit.stop.k === "f") { farmVisits[visit.stop.p].push(visit); continue; }
  atPlace[visit.stop.p].push(visit);
  const fed = new Set((visit.stop.x || []).map((item) => item[0]));
  if (!fed.size) fed.add(visit.stop.p);
  for (const site of fed) siteVisits[site].push(visit);
}
const brought = D.farms.map(() => []);
for (const row of D.brought) brought[row[1]].push(row);
const relayFor = D.sites.map(() => []);
D.sites.forEach((site, i) => { if (site.relay !== undefined) relayFor[site.relay].push(i); });
const hoodsOfSite = D.sites.map(() => []);
D.hoods.forEach((hood, i) => hood.s.forEach(([site]) => hoodsOfSite[site].push(i)));
const basketsFor = (site, visit) => visit.stop.x ? visit.stop.x.filter((x) => x[0] === site).reduce((sum, x) => sum + x[2], 0) : visit.stop.n || 0;
const gramsFor = (site, visit) => visit.stop.x ? visit.stop.x.filter((x) => x[0] === site).reduce((sum, x) => sum + x[3], 0) : visit.stop.o || 0;

const haystack = {
  sites: D.sites.map((s, i) => plain([s.i, s.n, s.c, s.k, ...hoodsOfSite[i].map((h) => D.hoods[h].n)].join(" "))),
  hoods: D.hoods.map((h) => plain([h.i, h.n, h.c].join(" "))),
  farms: D.farms.map((f) => plain([f.i, f.n, f.c].join(" "))),
  vehicles: D.vehicles.map((v) => plain([v.i, v.k].join(" "))),
};

// ---------------------------------------------------------------- state
const state = { day: null, vehicle: null, query: "", programme: 0, tab: "stops", inView: false,
  layers: { hoods: true, tours: true, sites: true, farms: true }, sort: null };
const shown = (visit) => (state.day === null || visit.d === state.day) && (state.vehicle === null || visit.v === state.vehicle);
const matches = (kind, i) => !state.query || haystack[kind][i].includes(state.query);
const visitMatches = (visit) => matches("vehicles", visit.v) || matches(visit.stop.k === "f" ? "farms" : "sites", visit.stop.p) ||
  (visit.stop.x || []).some((item) => matches("sites", item[0]));

// ---------------------------------------------------------------- map
const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
const map = L.map("map", { zoomAnimation: !still, fadeAnimation: !still, markerZoomAnimation: !still, zoomControl: false, attributionControl: false, preferCanvas: false, zoomSnap: 0.25, minZoom: 6, maxZoom: 18,
  closePopupOnClick: true });
L.control.zoom({ zoomInTitle: L10N.zoom_in, zoomOutTitle: L10N.zoom_out, position: "topright" }).addTo(map);
L.control.scale({ imperial: false, position: "bottomright" }).addTo(map);
for (const [name, z] of [["ground", 330], ["tiles", 335], ["communes", 340], ["hoods", 350], ["tours", 400], ["dots", 450]]) map.createPane(name).style.zIndex = z;
map.getPane("communes").style.pointerEvents = "none";
map.getPane("popupPane").setAttribute("aria-live", "polite");
let wasNear = false; // whether the zoom is near; layers are drawn anew only when that changes
const groups = Object.fromEntries(["communes", "hoods", "tours", "farms", "sites"].map((name) => [name, L.layerGroup().addTo(map)]));
const at = (place) => [place.y, place.x];

function legendWidth() { // what it takes of the map's left side
  const legend = byId("legend"), over = !narrow.matches || document.body.classList.contains("printing");
  return over && legend.open ? legend.offsetWidth + 10 : 0;
}
let home = null; // centre and zoom of the last view that was not chosen by hand
const untouched = () => home !== null && map.getZoom() === home[1] && map.distance(map.getCenter(), home[0]) < 1;
function fit(points, options = {}) {
  if (points.length) map.fitBounds(L.latLngBounds(points), { paddingTopLeft: [26 + legendWidth(), 26], paddingBottomRight: [26, 26], maxZoom: 15, ...options });
}
const views = {
  all: () => [...D.sites, ...D.hoods, ...D.depots, ...D.farms.filter((_, i) => farmVisits[i].length || brought[i].length)].map(at),
  hoods: () => [...D.hoods, ...D.sites].map(at),
  centre: () => { // the 4 km around which most need lies
    const need = (hood) => hood.p.reduce((sum, cell) => sum + cell[0], 0);
    let best = null, most = -1, near = [];
    for (const hood of D.hoods) {
      const around = D.hoods.filter((other) => map.distance(at(hood), at(other)) < 4000);
      const sum = around.reduce((total, other) => total + need(other), 0);
      if (sum > most) { most = sum; best = hood; near = around; }
    }
    return best ? near.map(at) : views.hoods();
  },
};

// The popup belongs to the map and not to a marker, so that it stays open when layers are drawn anew.
let popup = null;
function openPopup(place, content) {
  popup = L.popup({ maxWidth: Math.min(340, window.innerWidth - 60), minWidth: 210, autoPanPaddingTopLeft: [20 + legendWidth(), 20], autoPanPaddingBottomRight: [50, 20] })
    .setLatLng(at(place)).setContent(content).openOn(map);
  const close = popup.getElement().querySelector(".leaflet-popup-close-button");
  if (close) close.setAttribute("aria-label", L10N.close);
}

const maxNeed = () => Math.max(1, ...D.hoods.map((hood) => hood.p[state.programme][0]));
const needRadius = (need) => 4 + 18 * Math.sqrt(need / maxNeed());

function drawHoods() {
  groups.hoods.clearLayers();
  if (!state.layers.hoods) return;
  const near = wasNear;
  D.hoods.forEach((hood, i) => {
    const [need, , cover] = hood.p[state.programme];
    const style = { pane: "hoods", color: "#4b5560", weight: 1.2, fillColor: coverageColour(cover), fillOpacity: near ? 0.55 : 0.8,
      className: state.query && !matches("hoods", i) && !hood.s.some(([s]) => matches("sites", s)) ? "dim" : "" };
    const shape = !near ? L.circleMarker(at(hood), { ...style, radius: needRadius(need) })
      : D.outlines[i] ? L.polygon(D.outlines[i], style)
      : L.circle(at(hood), { ...style, radius: hood.r, dashArray: "4 4" });
    shape.on("click", () => openPopup(hood, hoodPopup(i))).addTo(groups.hoods);
  });
}

function drawTours() {
  groups.tours.clearLayers();
  if (!state.layers.tours) return;
  const faint = state.day === null && state.vehicle === null;
  for (const tour of D.tours) {
    if (!shown(tour)) continue;
    for (const [, stops] of tour.t) {
      const line = stops.flatMap((stop) => [...(stop.w || []), at(placeOf(stop))]); // along the roads where they are known
      if (!faint) L.polyline(line, { pane: "tours", color: "#fff", weight: 6, opacity: 0.75, interactive: false }).addTo(groups.tours);
      L.polyline(line, { pane: "tours", color: colourOf(tour.v), weight: faint ? 1.6 : 3.2, opacity: faint ? 0.45 : 0.95,
        dashArray: dashOf(tour.v) }).on("click", () => choose({ vehicle: state.vehicle === tour.v ? null : tour.v })).addTo(groups.tours);
    }
  }
}
const placeOf = (stop) => (stop.k === "s" ? D.sites : stop.k === "f" ? D.farms : D.depots)[stop.p];

function marker(place, size, className, label, title, content, extra = {}) {
  const mark = el("div", { class: "mark " + className, style: extra.style || null }, label);
  return L.marker(at(place), { icon: L.divIcon({ html: mark, className: extra.dim ? "dim" : "", iconSize: [size, size] }), alt: title,
    keyboard: true, zIndexOffset: extra.z || 0 })
    .on("click", () => openPopup(place, content()))
    .on("add", (event) => {
      const e = event.target.getElement();
      e.setAttribute("aria-label", title);
      e.setAttribute("title", title);
      e.addEventListener("keydown", (press) => { if (press.key === "Enter") openPopup(place, content()); });
    });
}

function drawSites() {
  groups.sites.clearLayers();
  if (!state.layers.sites) return;
  D.depots.forEach((depot) => marker(depot, 20, "depot", "▲", depot.n, () => depotPopup(depot), { z: 500 }).addTo(groups.sites));
  const today = new Map(); // place → its visits of the day
  if (state.day !== null) for (const visit of visits)
    if (visit.stop.k === "s" && shown(visit)) today.set(visit.stop.p, [...(today.get(visit.stop.p) || []), visit]);
  D.sites.forEach((site, i) => {
    const list = today.get(i), dim = !matches("sites", i) && !(list || []).some(visitMatches);
    const relay = atPlace[i].length > 0 && relayFor[i].length > 0;
    if (list) {
      const colour = colourOf(list[0].v), label = list.map((v) => v.number).join("+");
      const title = `${site.n}, ${fill("stop_of", { n: label, vehicle: D.vehicles[list[0].v].i })}, ${list[0].stop.a}`;
      marker(site, 21 + 5 * (label.length > 2), "stop" + (relay ? " relay" : ""), label, title, () => sitePopup(i),
        { dim, z: 200, style: `background:${colour};color:${inkOn(colour)}` }).addTo(groups.sites);
      return;
    }
    const inSelection = state.day === null && (state.vehicle === null || siteVisits[i].some(shown));
    if (site.relay !== undefined && (state.day === null ? inSelection : siteVisits[i].some(shown)))
      L.polyline([at(site), at(D.sites[site.relay])], { pane: "tours", color: "#111", weight: 1.5, dashArray: "1 5", interactive: false }).addTo(groups.sites);
    if (site.u !== undefined && state.vehicle === null) {
      marker(site, 15, "missed", "×", `${site.n}, ${L10N.not_served}`, () => sitePopup(i), { dim, z: 100 }).addTo(groups.sites);
      return;
    }
    if (relay && inSelection) L.circleMarker(at(site), { pane: "dots", radius: wasNear ? 9 : 6, color: "#26323f", weight: 1.5, fill: false, interactive: false }).addTo(groups.sites);
    L.circleMarker(at(site), { pane: "dots", radius: (inSelection ? 4.5 : 2.5) * (wasNear ? 1.2 : 0.75), color: "#fff", weight: wasNear ? 1.2 : 0.8, fillColor: "#26323f",
      fillOpacity: inSelection ? 1 : 0.45, className: dim ? "dim" : "" }).on("click", () => openPopup(site, sitePopup(i))).addTo(groups.sites);
  });
}

function drawFarms() {
  groups.farms.clearLayers();
  if (!state.layers.farms) return;
  D.farms.forEach((farm, i) => {
    const dim = !matches("farms", i), fetched = farmVisits[i].filter(shown);
    const bringing = brought[i].filter((row) => (state.day === null || row[0] === state.day) && state.vehicle === null);
    for (const depot of new Set(bringing.map((row) => row[5])))
      L.polyline([at(farm), at(D.depots[depot])], { pane: "tours", color: "#3f7d20", weight: 1.3, opacity: 0.6, dashArray: "3 7", interactive: false }).addTo(groups.farms);
    const open = () => farmPopup(i);
    if (fetched.length && state.day !== null) {
      const colour = colourOf(fetched[0].v);
      marker(farm, 20, "farm-stop", fetched.map((v) => v.number).join("+"), farm.n, open, { dim, z: 150, style: `background:${colour};color:${inkOn(colour)}` }).addTo(groups.farms);
    } else if (fetched.length || bringing.length) {
      marker(farm, 13, "farm" + (fetched.length ? "" : " brings"), "", farm.n, open, { dim }).addTo(groups.farms);
    } else if (state.vehicle === null) {
      marker(farm, 9, "farm idle", "", farm.n, open, { dim }).addTo(groups.farms);
    }
  });
}

// The simple background, drawn once: water below, then rivers, borders of communes, coast, roads.
const GROUND = { water: { fill: true, stroke: true, color: "#9fbccb", weight: 1, fillColor: "#cfe2ec", fillOpacity: 1 },
  river: { color: "#b5d0de", weight: 2 }, commune: { color: "#c9c4b6", weight: 1, dashArray: "3 4" }, coast: { color: "#8fb0c0", weight: 1.2 },
  road_small: { color: "#d5d1c6", weight: 1.2 }, road_medium: { color: "#c8c3b5", weight: 1.8 }, road_large: { color: "#b9b2a0", weight: 2.6 } };
for (const [kind, style] of Object.entries(GROUND)) {
  const shapes = D.ground[kind] || [], options = { pane: "ground", interactive: false, fill: false, ...style };
  if (kind === "water") shapes.forEach((rings) => L.polygon(rings, options).addTo(map));
  else if (shapes.length) L.polyline(shapes.flat(), options).addTo(map);
}
// The online background, where one is offered: fetched only while it is switched on; what does not come leaves the simple one.
const tiles = D.tiles ? L.tileLayer(D.tiles.url, { attribution: D.tiles.credit, maxZoom: 19, pane: "tiles" }) : null;
if (tiles) L.control.attribution({ prefix: false }).addTo(map);
const showTiles = () => { if (tiles) { if (state.layers.tiles) tiles.addTo(map); else tiles.remove(); } };
// Names of communes; those that would overlap a bigger one are left out.
const communes = (() => {
  const found = new Map();
  const add = (place, weight) => {
    const c = found.get(place.c) || { n: place.c, w: 0, y: 0, x: 0 };
    c.w += weight; c.y += place.y * weight; c.x += place.x * weight;
    if (place.c) found.set(place.c, c);
  };
  D.hoods.forEach((hood) => add(hood, 5)); D.sites.forEach((site) => add(site, 2)); D.farms.forEach((farm) => add(farm, 1));
  return [...found.values()].map((c) => ({ n: c.n, w: c.w, y: c.y / c.w, x: c.x / c.w })).sort((a, b) => b.w - a.w || (a.n < b.n ? -1 : 1));
})();
function drawCommunes() {
  groups.communes.clearLayers();
  const taken = [];
  for (const commune of communes) {
    const spot = map.latLngToLayerPoint(at(commune)), half = 3.4 * Math.min(commune.n.length, 40) + 6;
    if (taken.some((other) => Math.abs(other.x - spot.x) < other.half + half && Math.abs(other.y - spot.y) < 15)) continue;
    taken.push({ x: spot.x, y: spot.y, half });
    L.marker(at(commune), { pane: "communes", interactive: false, keyboard: false,
      icon: L.divIcon({ html: el("div", { class: "commune", dir: "auto" }, commune.n.slice(0, 40)), className: "", iconSize: [0, 0] }) }).addTo(groups.communes);
  }
}

// ---------------------------------------------------------------- popups
const line = (...parts) => el("p", {}, ...parts);
const soft = (text) => el("p", { class: "soft", dir: "auto" }, text);
const title = (place, kind) => [named("h3", place.n), soft([kind, place.c, place.i].filter(Boolean).join(" · "))];

function recipe(visit, type) {
  const rows = D.recipes[`${visit.d}|${D.vehicles[visit.v].p}|${type}`];
  return rows ? rows.map(([product, portions, grams]) => `${D.products[product]} ${portions}\u00a0× (${kg(grams)})`).join(", ") : "";
}
function visitBlock(visit, site) {
  const { stop } = visit, block = el("div", { class: "popup-visit" });
  block.append(line(el("b", {}, longDay(visit.d)), ` · ${L10N.arrival} `, el("b", {}, stop.a), ` · ${L10N.departure} ${stop.e}`));
  block.append(soft(`${D.vehicles[visit.v].i} (${D.vehicles[visit.v].k}), ${fill("trip", { n: visit.trip })}, ${fill("stop", { n: visit.number })}`));
  if (stop.k === "s") {
    if (stop.p !== site) block.append(line(fill("fetched_at", { site: D.sites[stop.p].n })));
    const items = (stop.x || []).filter((item) => stop.p === site || item[0] === site);
    const list = el("ul", {}, ...items.map(([who, type, n, grams]) => el("li", { dir: "auto" },
      `${counted("baskets", n)} – ${D.types[type]}, ${kg(grams)}` + (who === site ? "" : ` (${fill("for_site", { site: D.sites[who].n })})`))));
    block.append(items.length ? list : line(counted("baskets", stop.n || 0)));
    for (const type of [...new Set(items.map((item) => item[1]))]) {
      const content = recipe(visit, type);
      if (content) block.append(el("p", { class: "soft", dir: "auto" }, `${L10N.in_basket}${items.length > 1 ? ` (${D.types[type]})` : ""}${COLON}${content}`));
    }
  } else {
    block.append(line(`${L10N.picked}${COLON.trimEnd()}`), el("ul", {}, ...(stop.l || []).map(([product, crates, grams]) =>
      el("li", { dir: "auto" }, `${D.products[product]}${COLON}${counted("crates", crates)}, ${kg(grams)}`))));
  }
  if (stop.r) block.append(line(fill("break", { n: stop.r })));
  block.append(soft(`${L10N.load_after}${COLON}${kg(stop.g)}`));
  return block;
}
function sitePopup(i) {
  const site = D.sites[i], box = el("div", {}, ...title(site, site.k));
  if (relayFor[i].length) box.append(soft(fill("relay_for", { sites: relayFor[i].map((s) => D.sites[s].n).join(", ") })));
  if (site.u !== undefined) box.append(line(el("b", {}, L10N.not_served)), soft(site.u));
  const own = [...new Set([...siteVisits[i], ...atPlace[i]])].filter((visit) => state.day === null || visit.d === state.day)
    .sort((a, b) => a.d - b.d || (a.stop.a < b.stop.a ? -1 : 1));
  if (!own.length && site.u === undefined) box.append(line(L10N.nothing_today));
  box.append(...own.map((visit) => visitBlock(visit, i)));
  return box;
}
function hoodPopup(i) {
  const hood = D.hoods[i], [need, given, cover, helped, why] = hood.p[state.programme];
  const box = el("div", {}, ...title(hood, L10N.hood));
  box.append(line(`${L10N.need}${COLON}`, el("b", {}, counted("baskets", need))), line(`${L10N.given}${COLON}`, el("b", {}, counted("baskets", given))));
  box.append(line(`${L10N.coverage}${COLON}`, el("b", {}, cover === null ? L10N.no_need : percent(cover))), coverageBar(cover));
  box.append(line(`${L10N.helped}${COLON}${number(helped)}`));
  if (why) box.append(soft(`${L10N.col_limited}${COLON}${why}`));
  if (hood.s.length) box.append(el("h4", {}, L10N.fetch_their_baskets_at), el("ul", {}, ...hood.s.slice(0, 12).map(([s, n]) =>
    el("li", {}, el("button", { type: "button", class: "link", dir: "auto", on: { click: () => goTo("sites", s) } }, D.sites[s].n), ` – ${counted("baskets", n)}`))));
  return box;
}
function farmPopup(i) {
  const farm = D.farms[i], box = el("div", {}, ...title(farm, L10N.farm));
  const fetched = farmVisits[i].filter((visit) => state.day === null || visit.d === state.day);
  const own = brought[i].filter((row) => state.day === null || row[0] === state.day);
  if (!farmVisits[i].length && !brought[i].length) box.append(line(L10N.nothing_bought));
  box.append(...fetched.map((visit) => visitBlock(visit, -1)));
  for (const [d, , product, crates, grams] of own)
    box.append(el("div", { class: "popup-visit" }, line(el("b", {}, longDay(d)), ` · ${L10N.brought_by_farm}`),
      line(`${D.products[product]}${COLON}${counted("crates", crates)}, ${kg(grams)}`)));
  return box;
}
const depotPopup = (depot) => el("div", {}, ...title(depot, L10N.depot));
function coverageBar(cover) {
  const fillBar = el("i", { style: `width:${Math.min(100, cover || 0)}%;background:${coverageColour(cover)}` });
  return el("span", { class: "bar", "aria-hidden": "true" }, fillBar);
}

// ---------------------------------------------------------------- table
function stopRows() {
  const rows = [];
  for (const visit of visits) {
    if (!shown(visit) || !visitMatches(visit)) continue;
    const place = placeOf(visit.stop), colour = colourOf(visit.v), farm = visit.stop.k === "f";
    rows.push({ place, go: () => goTo(farm ? "farms" : "sites", visit.stop.p), key: `${visit.d}|${rank.get(visit.v)}|${visit.number}`,
      cells: [...(state.day === null ? [[visit.d, shortDay(visit.d)]] : []), [visit.stop.a, visit.stop.a],
        [rank.get(visit.v) * 1000 + visit.number, el("span", {}, el("span", { class: "tag", style: `background:${colour};color:${inkOn(colour)}` }, String(visit.number)), " ", D.vehicles[visit.v].i)],
        [plain(place.n), place.n], [visit.stop.n || 0, farm ? "–" : number(visit.stop.n || 0)], [farm ? visit.stop.q || 0 : visit.stop.o || 0, number((farm ? visit.stop.q || 0 : visit.stop.o || 0) / 1000, 1)]] });
  }
  return rows;
}
function hoodRows() {
  const rows = [];
  D.hoods.forEach((hood, i) => {
    if (!matches("hoods", i) && !hood.s.some(([s]) => matches("sites", s))) return;
    if (state.day !== null || state.vehicle !== null) if (!hood.s.some(([s]) => siteVisits[s].some(shown))) return;
    const [need, given, cover, helped, why] = hood.p[state.programme];
    const bar = el("span", {}, cover === null ? L10N.no_need : percent(cover), coverageBar(cover));
    rows.push({ place: hood, go: () => goTo("hoods", i),
      cells: [[plain(hood.n), hood.n, hood.c], [need, number(need)], [given, number(given)], [cover === null ? 101 : cover, bar], [helped, number(helped)], [why, why]] });
  });
  return rows;
}
function unservedRows() {
  const rows = [];
  const order = { need: 0, site: 1, lot: 2 };
  for (const row of [...D.unserved].sort((a, b) => order[a.k] - order[b.k])) {
    const place = row.p === undefined ? null : (row.k === "site" ? D.sites : row.k === "need" ? D.hoods : D.farms)[row.p];
    const name = row.k === "lot" ? `${row.n} (${row.i}${place ? ", " + place.n : ""})` : row.k === "need" ? `${place.n}, ${fill("zone", { id: row.i })}` : place.n;
    if (state.query && !plain(name + " " + row.i + " " + (place ? place.c : "")).includes(state.query)) continue;
    const amount = row.u === "kg" ? kg(row.q) : row.k === "site" ? "" : counted("baskets", row.q);
    rows.push({ place, go: place ? () => goTo(row.k === "site" ? "sites" : row.k === "need" ? "hoods" : "farms", row.p) : null,
      cells: [[row.k, L10N["kind_" + row.k]], [plain(name), name], [row.q, amount], [row.r, [row.r, row.w].filter(Boolean).join(" – ")], [row.m, row.m]] });
  }
  return rows;
}
const TABLES = {
  stops: { columns: () => [...(state.day === null ? [["col_day", "day"]] : []), ["col_time"], ["col_vehicle", "day"], ["col_place", "go"], ["col_baskets", "n"], ["col_kg", "n"]], rows: stopRows, empty: "empty_stops" },
  hoods: { columns: () => [["col_hood", "go"], ["col_need", "n"], ["col_baskets", "n"], ["col_coverage", "n"], ["col_helped", "n"], ["col_limited"]], rows: hoodRows, empty: "no_match" },
  unserved: { columns: () => [["col_what"], ["col_which", "go"], ["col_quantity", "n"], ["col_reason"], ["col_remedy"]], rows: unservedRows, empty: "empty_unserved" },
};
// A long table shows its first rows at once and takes in the others while the page answers already.
const ROWS_AT_ONCE = 120;
let restOfTable = 0;
function drawTable() {
  clearTimeout(restOfTable);
  const spec = TABLES[state.tab], columns = spec.columns(), bounds = map.getBounds();
  let rows = spec.rows();
  if (state.inView) rows = rows.filter((row) => row.place && bounds.contains(at(row.place)));
  if (state.sort && state.sort.column < columns.length) {
    const { column, down } = state.sort;
    rows.sort((a, b) => (a.cells[column][0] < b.cells[column][0] ? -1 : a.cells[column][0] > b.cells[column][0] ? 1 : 0) * (down ? -1 : 1));
  }
  const head = el("tr", {}, ...columns.map(([label, kind], i) => el("th", { scope: "col", class: kind === "n" ? "n" : null,
    "aria-sort": state.sort && state.sort.column === i ? (state.sort.down ? "descending" : "ascending") : null },
    el("button", { type: "button", on: { click: () => { state.sort = { column: i, down: state.sort !== null && state.sort.column === i && !state.sort.down }; drawTable(); } } }, L10N[label]))));
  const rowOf = (row) => el("tr", {}, ...row.cells.map(([, content, below], i) => {
    const kind = columns[i][1];
    return kind === "go" && row.go ? el("td", { class: "go" }, el("button", { type: "button", dir: "auto", on: { click: row.go } }, content), below ? el("small", { dir: "auto" }, below) : null)
      : el("td", { class: kind === "n" || kind === "day" ? kind : null, dir: kind === "n" ? null : "auto" }, content);
  }));
  const none = el("tr", {}, el("td", { colspan: columns.length }, L10N[state.query || state.inView ? "no_match" : spec.empty]));
  const body = el("tbody", {}, ...(rows.length ? rows.slice(0, ROWS_AT_ONCE).map(rowOf) : [none]));
  const more = (from) => {
    byId("table").setAttribute("aria-busy", String(from < rows.length));
    if (from >= rows.length) return;
    restOfTable = setTimeout(() => { body.append(...rows.slice(from, from + ROWS_AT_ONCE).map(rowOf)); more(from + ROWS_AT_ONCE); }, 0);
  };
  byId("table").replaceChildren(el("thead", {}, head), body);
  more(ROWS_AT_ONCE);
  byId("count").textContent = counted("rows", rows.length);
}

// ---------------------------------------------------------------- controls
function goTo(kind, i) {
  const place = D[kind][i];
  if (kind === "sites") show("sites"); else if (kind === "farms") show("farms"); else show("hoods");
  map.setView(at(place), Math.max(map.getZoom(), 13), { animate: false });
  openPopup(place, kind === "sites" ? sitePopup(i) : kind === "hoods" ? hoodPopup(i) : farmPopup(i));
  if (narrow.matches) byId("map").scrollIntoView({ block: "nearest" });
}
function show(layer) {
  if (state.layers[layer]) return;
  state.layers[layer] = true;
  byId("layers").querySelector(`[value="${layer}"]`).checked = true;
  draw();
}
function choose(change) {
  const follow = "day" in change && untouched();
  Object.assign(state, change);
  if (state.day !== null && state.vehicle !== null && !D.tours.some((tour) => tour.d === state.day && tour.v === state.vehicle)) state.vehicle = null;
  if (follow) { fit(ofDay(), { animate: false }); home = [map.getCenter(), map.getZoom()]; }
  byId("print-day").textContent = (state.day === null ? L10N.week : longDay(state.day));
  for (const radio of byId("days").querySelectorAll("input")) {
    radio.checked = radio.value === String(state.day);
    const box = byId("days"), label = radio.parentElement;
    if (radio.checked) box.scrollLeft = label.offsetLeft - box.offsetLeft - (box.clientWidth - label.offsetWidth) / 2;
  }
  draw(); drawVehicles(); drawTable();
  const hash = [state.day === null ? null : "day=" + D.dates[state.day], state.vehicle === null ? null : "vehicle=" + encodeURIComponent(D.vehicles[state.vehicle].i)];
  try { history.replaceState(null, "", "#" + hash.filter(Boolean).join("&")); } catch (error) { /* some browsers refuse this for a page on disk: only the address lacks */ }
}
function draw() { drawHoods(); drawTours(); drawFarms(); drawSites(); }

function swatch(vehicle) {
  const ns = "http://www.w3.org/2000/svg", svg = document.createElementNS(ns, "svg"), stroke = document.createElementNS(ns, "line");
  for (const [name, value] of [["width", 22], ["height", 8], ["aria-hidden", "true"]]) svg.setAttribute(name, value);
  for (const [name, value] of [["x1", 0], ["x2", 22], ["y1", 4], ["y2", 4], ["stroke", colourOf(vehicle)], ["stroke-width", 5]]) stroke.setAttribute(name, value);
  if (dashOf(vehicle)) stroke.setAttribute("stroke-dasharray", dashOf(vehicle));
  svg.append(stroke);
  return svg;
}
function drawVehicles() {
  const box = byId("vehicles"), focused = document.activeElement && document.activeElement.dataset.vehicle;
  const totals = new Map();
  for (const visit of visits) if (state.day === null || visit.d === state.day) {
    const sum = totals.get(visit.v) || { stops: 0, baskets: 0, picked: 0 };
    sum.stops += 1; sum.baskets += visit.stop.n || 0; sum.picked += visit.stop.q || 0;
    totals.set(visit.v, sum);
  }
  const work = ({ stops, baskets, picked }) => [counted("stops", stops), baskets || !picked ? counted("baskets", baskets) : null, picked ? fill("fetched", { kg: kg(picked) }) : null].filter(Boolean).join(" · ");
  const button = (vehicle, ...content) => el("button", { type: "button", "data-vehicle": String(vehicle), "aria-pressed": String(state.vehicle === vehicle), dir: "auto",
    title: vehicle === null ? null : `${D.vehicles[vehicle].i} (${D.vehicles[vehicle].k}) · ${work(totals.get(vehicle))}`,
    on: { click: () => choose({ vehicle: state.vehicle === vehicle ? null : vehicle }) } }, ...content);
  box.replaceChildren(button(null, L10N.all_vehicles), ...usedVehicles.filter((v) => totals.has(v)).map((v) =>
    button(v, swatch(v), D.vehicles[v].i, el("small", {}, work(totals.get(v))))));
  if (focused !== undefined && focused !== null) { const again = box.querySelector(`[data-vehicle="${focused}"]`); if (again) again.focus(); }
  byId("print-tours").replaceChildren(...usedVehicles.filter((v) => totals.has(v) && (state.vehicle === null || state.vehicle === v)).map((v) =>
    el("li", { dir: "auto" }, swatch(v), ` ${D.vehicles[v].i} · ${work(totals.get(v))}`)));
}
function drawDays() {
  const option = (value, label, full) => el("label", {}, el("input", { type: "radio", name: "day", value: String(value), on: { change: () => choose({ day: value }) } }),
    el("span", { title: full }, label));
  byId("days").append(option(null, L10N.week, L10N.week), ...D.dates.map((_, i) => option(i, shortDay(i), longDay(i))));
}
function drawLegend() {
  let from = 0;
  byId("legend-coverage").append(...COVERAGE.map(([limit, colour]) => {
    const label = from === 0 ? fill("under", { n: limit }) : limit === Infinity ? fill("at_least", { n: from }) : fill("between", { a: from, b: limit });
    from = limit;
    return el("li", {}, el("i", { style: `background:${colour}` }), label);
  }), el("li", {}, el("i", { style: `background:${NO_NEED}` }), L10N.no_need));
  const most = maxNeed(), round = (n) => { const unit = 10 ** Math.max(0, Math.floor(Math.log10(n))); return Math.max(1, Math.round(n / unit) * unit); };
  byId("legend-need").replaceChildren(...[...new Set([most / 16, most / 4, most].map(round))].map((need) => {
    const size = 2 * needRadius(Math.min(need, most));
    return el("li", {}, el("i", { style: `width:${size}px;height:${size}px` }), number(need));
  }));
}
function search() {
  state.query = plain(byId("search").value.trim());
  const found = [];
  if (state.query) {
    const add = (kind, label, action) => D[kind].forEach((place, i) => { if (haystack[kind][i].includes(state.query)) found.push([place, label, () => action(i)]); });
    add("vehicles", L10N.vehicle, (i) => { if (rank.has(i)) choose({ vehicle: i, day: D.tours.some((t) => t.v === i && t.d === state.day) ? state.day : null }); });
    add("hoods", L10N.hood, (i) => goTo("hoods", i));
    add("sites", L10N.site, (i) => goTo("sites", i));
    add("farms", L10N.farm, (i) => goTo("farms", i));
  }
  const box = byId("results");
  box.replaceChildren(...found.slice(0, 8).map(([place, label, action]) => el("li", {}, el("button", { type: "button", dir: "auto",
    on: { click: () => { box.hidden = true; action(); } } }, el("bdi", {}, place.n || place.i), " ", el("small", {}, [label, place.c || place.k].filter(Boolean).join(" · "))))));
  box.hidden = !found.length;
  draw(); drawTable();
}
function tab(name) { markTab(name); drawTable(); }
function markTab(name) {
  state.tab = name; state.sort = null;
  for (const button of document.querySelectorAll("[role=tab]")) {
    button.setAttribute("aria-selected", String(button.dataset.tab === name));
    button.tabIndex = button.dataset.tab === name ? 0 : -1;
  }
  byId("table-box").setAttribute("aria-labelledby", "tab-" + name);
}
let before = null;
const ofDay = () => [...visits.filter(shown).map((visit) => at(placeOf(visit.stop))), ...views.hoods()];
function startPrinting() {
  const all = untouched();
  before = [map.getCenter(), map.getZoom(), byId("legend").open];
  const seen = map.getBounds(), places = ofDay();
  byId("legend").open = true;
  document.body.classList.add("printing");
  map.invalidateSize({ animate: false });
  fit(all ? places : places.filter((place) => seen.contains(place)), { animate: false });
}
function stopPrinting() {
  document.body.classList.remove("printing");
  map.invalidateSize({ animate: false });
  if (before) { map.setView(before[0], before[1], { animate: false }); byId("legend").open = before[2]; }
}

// ---------------------------------------------------------------- start
drawDays(); drawLegend();
map.on("zoomend", () => { const near = map.getZoom() >= NEAR_ZOOM; if (near !== wasNear) { wasNear = near; drawHoods(); drawSites(); } drawCommunes(); });
map.on("moveend", () => { if (state.inView) drawTable(); });
const start = views.hoods();
if (start.length) fit(start, { animate: false }); else map.setView([46.6, 2.4], 6);
home = [map.getCenter(), map.getZoom()];
wasNear = map.getZoom() >= NEAR_ZOOM;
drawCommunes();
if (narrow.matches) byId("legend").open = false;
byId("search").addEventListener("input", search);
byId("search").addEventListener("keydown", (event) => {
  if (event.key === "Escape") { byId("search").value = ""; search(); }
  if (event.key === "ArrowDown" || event.key === "Enter") { const first = byId("results").querySelector("button"); if (first && !byId("results").hidden) { event.preventDefault(); event.key === "Enter" ? first.click() : first.focus(); } }
});
byId("results").addEventListener("keydown", (event) => {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (event.key === "Escape") { byId("results").hidden = true; byId("search").focus(); }
  if (!step) return;
  event.preventDefault();
  const all = [...byId("results").querySelectorAll("button")], next = all[all.indexOf(document.activeElement) + step];
  (next || byId("search")).focus();
});
document.addEventListener("keydown", (event) => { if (event.key === "Escape") map.closePopup(); });
document.addEventListener("click", (event) => { if (!event.target.closest("#controls")) byId("results").hidden = true; });
for (const box of byId("layers").querySelectorAll("input")) box.addEventListener("change", () => { state.layers[box.value] = box.checked; showTiles(); draw(); });
for (const button of document.querySelectorAll("[data-view]")) button.addEventListener("click", () => fit(views[button.dataset.view]()));
for (const button of document.querySelectorAll("[role=tab]")) {
  button.addEventListener("click", () => tab(button.dataset.tab));
  button.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const all = [...document.querySelectorAll("[role=tab]")], next = all[(all.indexOf(button) + step + all.length) % all.length];
    next.focus(); tab(next.dataset.tab);
  });
}
byId("in-view").addEventListener("change", (event) => { state.inView = event.target.checked; drawTable(); });
byId("print").addEventListener("click", () => window.print());
const programme = byId("programme");
if (programme) programme.addEventListener("change", () => { state.programme = Number(programme.value); drawLegendAgain(); draw(); drawTable(); });
function drawLegendAgain() { byId("legend-coverage").replaceChildren(); drawLegend(); }
window.addEventListener("beforeprint", startPrinting);
window.addEventListener("afterprint", stopPrinting);
window.addEventListener("resize", () => map.invalidateSize({ animate: false }));
const asked = new URLSearchParams(location.hash.slice(1));
const askedDay = D.dates.indexOf(asked.get("day")), askedVehicle = D.vehicles.findIndex((v) => v.i === asked.get("vehicle"));
markTab("stops");
choose({ day: askedDay < 0 ? null : askedDay, vehicle: rank.has(askedVehicle) ? askedVehicle : null });
document.body.dataset.ready = "yes";
})();
