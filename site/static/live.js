// "Run in the browser": where the live course is not in the folder `lite` beside these pages, say what to do.

document.addEventListener("click", async event => {
  const link = event.target.closest(".nn-live a");
  if (!link || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  const there = location.protocol !== "file:" && await fetch(link.href, { method: "HEAD" }).then(said => said.ok, () => false);
  if (there) location.assign(link.href);
  else link.nextElementSibling.textContent = location.protocol === "file:"
    ? "These pages were opened as files, and live notebooks need a web server: the instructor's guide says how."
    : "There are no live notebooks here: `make lite` makes them, and the instructor's guide says where they go.";
});
