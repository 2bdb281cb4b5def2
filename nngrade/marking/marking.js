// Beside each answer its model answer, whose rubric adds up to the score, and the way to who waits next.
// formgrader.js saves what is typed into a score or a comment; all that is ticked goes through these two.

// formgrader waits for MathJax before it looks for its place. The formulas are drawn already, without a network.
window.MathJax = { Hub: { Startup: { signal: { Interest: (tell) => { findPlace(); tell("End"); } } } } };

const scoreOf = (cell) => document.getElementById(cell);
const commentOf = (cell) => document.getElementById(cell + "-comment");
const panelOf = (cell) => scoreOf(cell).closest(".nbgrader_cell");
const change = (input, value) => $(input).val(value).trigger("change");
let told;

/** Begin at the question that the address names (…#why), or at the first that a person grades. */
function findPlace() {
    const cell = decodeURIComponent(location.hash.slice(1)) || Object.keys(told.questions)[0];
    const asked = !/[?&]index=\d/.test(location.search) && cell && scoreOf(cell);
    if (asked) formgrader.last_selected = $(asked);
}

/** The name of each task in place of the id of its cell. */
function nameTasks() {
    for (const [cell, name] of Object.entries(told.names))
        if (scoreOf(cell)) panelOf(cell).querySelector(".nbgrader-label").textContent = name;
}

function placeModel(model) {
    const body = panelOf(model.dataset.cell).querySelector(".panel-body");
    const answer = document.createElement("div");
    answer.append(...body.childNodes);
    body.append(answer, model);
    body.classList.add("beside");
}

/** The items of a rubric: ticking them writes their sum into the score. */
class Rubric {
    constructor(fieldset) {
        this.fieldset = fieldset;
        this.cell = fieldset.closest(".model").dataset.cell;
        this.boxes = [...fieldset.querySelectorAll("input")];
        this.key = `nngrade ${submission_id} ${this.cell}`;
        this.boxes.forEach((box) => box.addEventListener("change", () => this.ticked()));
        fieldset.querySelector(".to-comment").addEventListener("click", () => this.tell());
    }

    get sum() {
        const sum = this.boxes.reduce((sum, box) => sum + (box.checked ? Number(box.value) : 0), 0);
        return Math.min(sum, Number(this.fieldset.dataset.most));
    }

    ticked() {
        localStorage.setItem(this.key, JSON.stringify(this.boxes.map((box) => box.checked)));
        change(scoreOf(this.cell), this.sum);
        this.show();
    }

    tick(which) {
        this.boxes.forEach((box, i) => { box.checked = which(i); });
        this.show();
    }

    /** The score is there: ticks of an earlier time come back if they add up to it, and go when another is given. */
    follow(grade) {
        const agree = (score) => { if (score === null || Number(score) !== this.sum) this.tick(() => false); };
        const panel = $(panelOf(this.cell));
        const before = JSON.parse(localStorage.getItem(this.key) || "[]");
        this.tick((i) => Boolean(before[i]));
        agree(grade.get("manual_score"));
        panel.on("change", ".score", (event) => event.originalEvent && agree(event.target.value || null));
        panel.on("click", ".full-credit, .no-credit", (event) => this.tick(() => event.target.matches(".full-credit")));
        this.fieldset.disabled = false;
    }

    show() {
        const some = this.boxes.some((box) => box.checked);
        const all = this.fieldset.dataset.most;
        this.fieldset.querySelector("output").textContent = some ? `${this.sum} of ${Number(all)} points` : "";
    }

    tell() {
        const lines = this.boxes.map((box) => `- ${box.checked ? box.value : 0} of ${box.value}: ${box.dataset.text}`);
        const comment = commentOf(this.cell);
        change(comment, [comment.value, ...lines].filter(Boolean).join("\n"));
        autosize.update(comment);
    }
}

/** Where to go on: to whoever waits for this question, else to the next question for which anybody waits. */
function following(cell) {
    const order = Object.keys(told.questions), at = order.indexOf(cell);
    const next = [...order.slice(at), ...order.slice(0, at)].find((each) => told.questions[each].next);
    return next && { cell: next, url: `${base_url}/submissions/${told.questions[next].next}/#${encodeURIComponent(next)}` };
}

/** Go on when all is saved. formgrader's own save waits for ever where a tick has been saved before: it is an input. */
function goOn(cell) {
    const next = following(cell);
    if (!next) return;
    let failed = false;
    const fail = () => { failed = true; };
    const go = () => {
        $(document).off("ajaxError", fail);
        if (failed) alert("This could not be saved. Is JupyterLab still running?");
        else location = next.url;
    };
    $(document).on("ajaxError", fail);
    document.activeElement.blur(); // what was typed there is saved by that
    if ($.active) $(document).one("ajaxStop", go);
    else go();
}

function placeWay(cell) {
    const next = following(cell), { left } = told.questions[cell];
    const way = document.createElement("div");
    way.className = "by-hand";
    const say = next && (left ? `Next student who waits for this question (${left} left) →` : `On to ${told.names[next.cell]} →`);
    way.innerHTML = next ? '<a href="#" class="go-on" title="Ctrl-Enter"></a>' : '<span class="done">Nobody else waits.</span>';
    if (next) {
        way.firstChild.textContent = say;
        way.firstChild.addEventListener("click", (event) => { event.preventDefault(); goOn(cell); });
    }
    const panel = panelOf(cell);
    (panel.querySelector(".panel-footer") || panel).append(way);
}

/** Ctrl-Enter goes on from the question in which the last score or comment was. */
function goOnByKey(event) {
    if (!(event.ctrlKey && event.key === "Enter")) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const input = formgrader.last_selected.parents(".nbgrader_cell").find(".score")[0];
    goOn(input && input.id in told.questions ? input.id : Object.keys(told.questions)[0]);
}

/** What is being typed stays there when an earlier save comes back, which formgrader writes into all its inputs. */
function keepWhatIsTyped() {
    const { render } = GradeUI.prototype;
    let typed; // the input, until formgrader hears of it
    GradeUI.prototype.render = function () { if (!typed || !this.el.contains(typed)) render.call(this); };
    document.addEventListener("input", (event) => { if (event.target.matches(".score, .extra-credit")) typed = event.target; }, true);
    document.addEventListener("change", (event) => { if (event.target === typed) typed = null; }, true);
}

document.addEventListener("DOMContentLoaded", () => {
    keepWhatIsTyped();
    told = JSON.parse(document.getElementById("marking").textContent);
    nameTasks();
    document.querySelectorAll(".model").forEach(placeModel);
    Object.keys(told.questions).filter(scoreOf).forEach(placeWay);
    document.addEventListener("keydown", goOnByKey, true);
});

window.addEventListener("load", () => {
    const rubrics = [...document.querySelectorAll(".rubric")].map((each) => new Rubric(each));
    formgrader.grades.once("sync", (grades) => rubrics.forEach((each) => each.follow(grades.findWhere({ name: each.cell }))));
});
