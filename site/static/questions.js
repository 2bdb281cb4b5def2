// Judges the answers to the questions of the lectures, by the rules of nnlib/questions/__init__.py.

const word = text => text.trim().replace(/^["'“”]|["'“”]$/g, "").toLowerCase().split(/\s+/).join(" ");

function numbers(text) {
  const bare = text.replace(/[\[\]()]/g, " ").replace(/−/g, "-").trim();
  const parts = bare.split(/[,;\s]+/).filter(Boolean).map(part => {
    const [top, bottom] = part.split("/");
    return bottom === undefined ? Number(top) : Number(top) / Number(bottom);
  });
  return parts.length && parts.every(Number.isFinite) ? parts : null;
}

function same(given, wanted, asked) {
  if (!asked.kind.startsWith("number"))
    return (Array.isArray(wanted) ? wanted : [wanted]).map(word).includes(given);
  const right = [wanted].flat();
  return given.length === right.length && given.every((x, i) =>
    Math.abs(x - right[i]) <= asked.tolerance * (right[i] === 0 ? 1 : Math.abs(right[i])));
}

function judge(text, asked) {
  if (!text.trim()) return `Type ${asked.way}.`;
  const given = asked.kind.startsWith("number") ? numbers(text) : word(text);
  if (given === null || (asked.kind === "number" && given.length > 1)) return `The answer should be ${asked.way}.`;
  if (same(given, asked.right, asked)) return `Right. ${asked.reason}`;
  if (asked.kind === "numbers" && given.length !== asked.right.length)
    return `The answer should be ${asked.right.length} numbers.`;
  if (Object.keys(asked.options).length && !(given in asked.options)) return `The answer should be ${asked.way}.`;
  const known = asked.wrong.find(wrong => same(given, wrong.answer, asked));
  return `Not yet. ${known ? known.reply : "Have another look: the hint may help."}`;
}

document.addEventListener("submit", event => {
  const form = event.target.closest(".nn-question");
  if (!form) return;
  event.preventDefault();
  const said = judge(form.querySelector("input").value, JSON.parse(form.dataset.question));
  const place = form.querySelector("p");
  place.textContent = "";
  said.split("`").forEach((part, i) => {
    const piece = i % 2 ? document.createElement("code") : document.createTextNode(part);
    if (i % 2) piece.textContent = part;
    place.append(piece);
  });
  place.className = said.startsWith("Right") ? "nn-right" : "nn-not-yet";
});
