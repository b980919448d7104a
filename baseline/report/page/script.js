const rows = [...document.querySelectorAll("#requirements tr")];
const [search, framework, state, shown] = ["search", "framework", "state", "shown"].map((id) => document.getElementById(id));
const texts = rows.map((row) => row.textContent.toLowerCase());
function filter() {
  const words = search.value.toLowerCase().split(/\s+/);
  let count = 0;
  rows.forEach((row, index) => {
    const fits = (!framework.value || row.dataset.framework === framework.value)
      && (!state.value || row.dataset.state === state.value)
      && words.every((word) => texts[index].includes(word));
    row.hidden = !fits;
    count += fits;
  });
  shown.textContent = `${count} of ${rows.length}`;
}
function open() {
  const target = location.hash && document.getElementById(location.hash.slice(1));
  const details = target && target.querySelector("details");
  if (details) details.open = true;
}
document.querySelector("form").addEventListener("input", filter);
document.querySelector("form").addEventListener("submit", (event) => event.preventDefault());
addEventListener("hashchange", open);
addEventListener("pageshow", filter); // a browser that comes back has filled in the form again
filter();
open();
