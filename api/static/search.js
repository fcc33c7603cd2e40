// Keys for those who search while a caller talks: / goes to the field, the arrows walk the results.
// Without it everything works with Tab and Enter.
(function () {
  "use strict";

  var input = document.getElementById("q");
  if (!input) { return; }
  var office = document.getElementById("office");
  var results = Array.from(document.querySelectorAll("a.result"));

  function isWriting(target) {
    return target !== input && /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
  }

  function step(from, by) {
    var next = results.indexOf(from) + by;
    if (next < 0) { input.focus(); input.select(); }
    if (next >= 0 && next < results.length) { results[next].focus(); }
  }

  document.addEventListener("keydown", function (event) {
    if (event.isComposing || event.ctrlKey || event.altKey || event.metaKey) { return; }
    if (isWriting(event.target)) { return; }
    if (event.key === "/" && event.target !== input) {
      event.preventDefault();
      input.focus();
      input.select();
    } else if (event.key === "ArrowDown" && results.length) {
      event.preventDefault();
      step(document.activeElement, 1);
    } else if (event.key === "ArrowUp" && results.indexOf(document.activeElement) >= 0) {
      event.preventDefault();
      step(document.activeElement, -1);
    }
  });

  if (office) {
    office.addEventListener("change", function () { if (input.value.trim()) { input.form.submit(); } });
  }
  // The next call begins with other words: typing replaces these.
  if (document.activeElement === input) { input.select(); }
}());
