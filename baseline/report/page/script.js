const rows = [...document.querySelectorAll("#requirement-rows tr")];
const form = document.querySelector("form");
const fields = Object.fromEntries([...form.querySelectorAll("input, select")].map((field) => [field.id, field]));
const chosen = Object.keys(fields).filter((name) => name !== "search" && name !== "account");
const shown = document.getElementById("shown");
const targets = Object.fromEntries([...document.querySelectorAll("tr[id^='stack-']")].map((row) => ["#" + row.id, row]));
const stacks = {}; // control → rows of its stacks
for (const link of document.querySelectorAll("a[href^='#stack-']")) {
  const control = "#" + link.closest("tr").id;
  (stacks[control] ||= new Set()).add(targets[link.getAttribute("href")]);
}
const linked = (row) => [...new Set([...row.querySelectorAll("a[href^='#']")].flatMap((link) => [...(stacks[link.getAttribute("href")] || [])]))];
const reached = rows.map(linked);
const words = (stack) => stack.cells[0].textContent + " " + stack.cells[1].textContent;
const texts = rows.map((row, index) => [row.textContent, ...reached[index].map(words)].join(" ").toLowerCase());
const isIn = (stack, account) => !stack.dataset.accounts || stack.dataset.accounts.split("|").includes(account);
function filter() {
  const account = fields.account && fields.account.value;
  const wanted = fields.search.value.toLowerCase().split(/\s+/);
  let count = 0;
  rows.forEach((row, index) => {
    const fits = chosen.every((name) => !fields[name].value || row.dataset[name].split("|").includes(fields[name].value))
      && (!account || reached[index].some((stack) => isIn(stack, account)))
      && wanted.every((word) => texts[index].includes(word));
    row.hidden = !fits;
    count += fits;
  });
  shown.textContent = `${count} / ${rows.length}`;
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
form.addEventListener("input", () => { filter(); remember(); });
form.addEventListener("submit", (event) => event.preventDefault());
addEventListener("hashchange", open);
addEventListener("beforeprint", () => document.querySelectorAll("#requirement-rows details").forEach((item) => { item.open = true; }));
addEventListener("pageshow", filter); // a browser that comes back has filled in the form again
restore();
filter();
open();
