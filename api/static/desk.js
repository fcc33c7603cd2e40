// The handler's desk: “插入” puts a ready text where the cursor stands in the reply. Without it the text is there to be copied.
(function () {
  "use strict";

  var reply = document.getElementById("draft-text");

  function insert(text) {
    var before = reply.value.slice(0, reply.selectionStart);
    var after = reply.value.slice(reply.selectionEnd);
    var gap = before && !before.endsWith("\n") ? "\n" : "";
    reply.value = before + gap + text + after;
    var end = (before + gap + text).length;
    reply.focus();
    reply.setSelectionRange(end, end);
    reply.dispatchEvent(new Event("input", { bubbles: true }));
  }

  if (reply) {
    document.querySelectorAll(".keys").forEach(function (hint) { hint.hidden = false; });
    document.querySelectorAll("[data-insert]").forEach(function (button) {
      button.hidden = false;
      button.addEventListener("click", function () {
        var source = document.getElementById(button.getAttribute("data-insert"));
        if (source) { insert(source.value !== undefined ? source.value : source.textContent.trim()); }
      });
    });
    // Alt and a digit insert the nth ready text, so that a hand need not leave the keys.
    document.addEventListener("keydown", function (event) {
      if (!event.altKey || event.ctrlKey || event.metaKey || event.isComposing) { return; }
      var place = /^Digit([1-9])$/.exec(event.code);
      var button = place && document.querySelectorAll("[data-insert]")[Number(place[1]) - 1];
      if (button) { event.preventDefault(); button.click(); }
    });
  }
}());
