const rows = [...document.querySelectorAll("#requirements tr")];
const [search, framework, state, implemented, checked, shown] = ["search", "framework", "state", "implemented", "checked", "shown"].map((id) => document.getElementById(id));
const places = Object.fromEntries([...document.querySelectorAll("tr[id^='stack-']")].map((row) => ["#" + row.id, row.cells[0].textContent + " " + row.cells[1].textContent]));
const stacks = {};
for (const link of document.querySelectorAll("a[href^='#stack-']")) {
  const control = "#" + link.closest("tr").id;
  (stacks[control] ||= new Set()).add(places[link.getAttribute("href")]);
}
const linked = (row) => [...row.querySelectorAll("a[href^='#']")].flatMap((link) => [...(stacks[link.getAttribute("href")] || [])]);
const texts = rows.map((row) => [row.textContent, ...new Set(linked(row))].join(" ").toLowerCase());
const fields = { search, framework, state, implemented, checked };
const chosen = ["framework", "state", "implemented", "checked"];
function filter() {
  const words = search.value.toLowerCase().split(/\s+/);
  let count = 0;
  rows.forEach((row, index) => {
    const fits = chosen.every((name) => !fields[name].value || row.dataset[name] === fields[name].value)
      && words.every((word) => texts[index].includes(word));
    row.hidden = !fits;
    count += fits;
  });
  shown.textContent = `${count} of ${rows.length}`;
}
function remember() { // the filter is part of the address, so that a view can be linked
  const filled = Object.entries(fields).filter(([, field]) => field.value).map(([name, field]) => [name, field.value]);
  location.replace("#?" + new URLSearchParams(filled));
}
function restore() {
  if (!location.hash.startsWith("#?")) return;
  const given = new URLSearchParams(location.hash.slice(2));
  for (const [name, field] of Object.entries(fields)) field.value = given.get(name) || "";
}
function open() {
  const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  const details = target && target.querySelector("details");
  if (details) details.open = true;
}
document.querySelector("form").addEventListener("input", () => { filter(); remember(); });
document.querySelector("form").addEventListener("submit", (event) => event.preventDefault());
addEventListener("hashchange", open);
addEventListener("beforeprint", () => document.querySelectorAll("#requirements details").forEach((item) => { item.open = true; }));
addEventListener("pageshow", filter); // a browser that comes back has filled in the form again
restore();
filter();
open();
