// Formulas first, while every slide can be measured; then reveal.js takes over.
window.MathJax = {
  tex: { inlineMath: [["$", "$"], ["\\(", "\\)"]], processEscapes: true },
  svg: { fontCache: "local" }, // the speaker's window shows copies of single formulas
  startup: {
    ready() {
      MathJax.startup.defaultReady();
      window.deckReady = MathJax.startup.promise.then(() => Reveal.initialize({
        width: 1280, height: 720, margin: 0.02, center: false, hash: true, slideNumber: "c/t", transition: "none",
        navigationMode: "default", plugins: [RevealNotes, RevealZoom],
      }));
    },
  },
};

// Whoever has moved a slider by mouse or finger goes on with the keys; reveal.js leaves them to a field that is in use.
document.addEventListener("pointerup", event => event.target.matches(".nn-slider input") && event.target.blur());
