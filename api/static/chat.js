// Makes the chat page answer without reloading. Everything here already works as plain forms;
// when a request fails, the next press of the button goes the plain way.
(function () {
  "use strict";

  var log = document.getElementById("log");
  var form = document.getElementById("ask");
  if (!log || !form || !window.fetch || !window.crypto) { return; }
  var input = form.elements.text;
  var csrf = form.elements.csrf.value;
  var refusal = document.getElementById("refusal");
  var plain = false;
  var busy = false;

  function make(tag, className, text) {
    var node = document.createElement(tag);
    if (className) { node.className = className; }
    if (text) { node.textContent = text; }
    return node;
  }

  function hidden(name, value) {
    var field = make("input");
    field.type = "hidden";
    field.name = name;
    field.value = value;
    return field;
  }

  function link(address, text, className) {
    var node = make("a", className, text);
    node.href = address;
    return node;
  }

  function newKey() {
    var bytes = window.crypto.getRandomValues(new Uint8Array(16));
    return Array.from(bytes, function (one) { return ("0" + one.toString(16)).slice(-2); }).join("");
  }

  function day(iso) {
    var parts = iso.split("-").map(Number);
    return parts[0] + "年" + parts[1] + "月" + parts[2] + "日";
  }

  // The same paragraphs and lists as the template's `prose`.
  function prose(text, into) {
    var list = null;
    text.split("\n").forEach(function (line) {
      var found = /^\s*(-|\d+\.)\s+(.*)$/.exec(line);
      if (!line.trim()) { list = null; return; }
      if (!found) {
        list = null;
        into.appendChild(make("p", "", line.trim()));
        return;
      }
      var tag = found[1] === "-" ? "ul" : "ol";
      if (!list || list.nodeName.toLowerCase() !== tag) {
        list = into.appendChild(make(tag));
      }
      list.appendChild(make("li", "", found[2]));
    });
  }

  function askButton(words, send) {
    var choice = make("form", "choice");
    choice.method = "post";
    choice.action = "/chat";
    choice.setAttribute("data-ask", "");
    choice.appendChild(hidden("csrf", csrf));
    var button = choice.appendChild(make("button", "", words));
    button.type = "submit";
    button.name = "text";
    button.value = send;
    return choice;
  }

  function sourceRow(list, name, value) {
    var row = list.appendChild(make("div"));
    row.appendChild(make("dt", "", name));
    return row.appendChild(make("dd", "", value));
  }

  function lawRow(list, laws) {
    if (laws.length <= 2) { sourceRow(list, "依据", laws.join("；")); return; }
    var row = list.appendChild(make("div"));
    row.appendChild(make("dt", "", "依据"));
    var all = row.appendChild(make("dd")).appendChild(make("details"));
    all.appendChild(make("summary", "", laws[0] + "等" + laws.length + "部"));
    all.appendChild(document.createTextNode(laws.join("；")));
  }

  function sources(said, card) {
    if (!said.sources.length && !(said.office && said.outcome === "answered")) { return; }
    var list = card.appendChild(make("dl", "source"));
    if (said.sources.length) { lawRow(list, said.sources); }
    if (said.effective_on) { sourceRow(list, "生效日期", day(said.effective_on)); }
    if (said.verified_on) { sourceRow(list, "核对日期", day(said.verified_on)); }
    if (said.office) {
      var office = sourceRow(list, "处室", said.office);
      if (said.office_phone) {
        office.appendChild(document.createTextNode(" "));
        office.appendChild(link("tel:" + said.office_phone, said.office_phone));
      }
    }
    if (said.reason === "emergency") { return; }
    var caution = card.appendChild(make("p", "caution"));
    if (said.sample) { caution.appendChild(make("span", "tag", "示例数据")); }
    caution.appendChild(document.createTextNode("以办事窗口和正式答复为准。拿不准可以打上面的电话，或拨 "));
    caution.appendChild(link("tel:12345", "12345"));
    caution.appendChild(document.createTextNode("。"));
  }

  function rating(said, card) {
    if (said.outcome !== "answered" || !said.turn) { return; }
    var box = card.appendChild(make("div", "rating"));
    var label = box.appendChild(make("span", "", "有帮助吗？"));
    label.id = "rating-label-" + said.turn;
    var rate = box.appendChild(make("form"));
    rate.method = "post";
    rate.action = "/chat/rating";
    rate.setAttribute("data-rate", "");
    rate.setAttribute("aria-labelledby", label.id);
    rate.appendChild(hidden("csrf", csrf));
    rate.appendChild(hidden("turn", said.turn));
    [["1", "有帮助"], ["0", "没帮助"]].forEach(function (one) {
      var button = rate.appendChild(make("button", "", one[1]));
      button.type = "submit";
      button.name = "helpful";
      button.value = one[0];
    });
    box.appendChild(link("/cases/new?from=" + said.turn, "还是没解决，留言给工作人员", "rating-person"));
  }

  function answer(said) {
    var urgent = said.reason === "emergency";
    var card = make("div", urgent ? "reply reply-urgent" : "reply");
    said.notes.forEach(function (note) { card.appendChild(make("p", "note", note)); });
    if (urgent) {
      card.appendChild(make("p", "urgent-mark", "紧急情况，请先打电话"));
      var calls = card.appendChild(make("p", "urgent-calls"));
      [["119", "火警 119"], ["110", "报警 110"], ["120", "急救 120"]].forEach(function (one) {
        calls.appendChild(link("tel:" + one[0], one[1], "button"));
      });
    }
    if (said.title && said.outcome === "answered") { card.appendChild(make("h2", "", said.title)); }
    prose(said.reply, card);
    if (said.choices.length) {
      var choices = card.appendChild(make("div", "choices"));
      said.choices.forEach(function (one) { choices.appendChild(askButton(one.title, one.send)); });
    }
    sources(said, card);
    if (said.offers_person && said.turn) {
      card.appendChild(make("p", "to-person"))
        .appendChild(link("/cases/new?from=" + said.turn, "留言给工作人员", "button"));
    }
    rating(said, card);
    return card;
  }

  function question(text) {
    var asked = make("div", "asked");
    var words = asked.appendChild(make("p"));
    words.appendChild(make("span", "visually-hidden", "您问："));
    words.appendChild(document.createTextNode(text));
    return asked;
  }

  function refuse(message) {
    refusal.textContent = "";
    refusal.classList.toggle("empty", !message);
    if (message) { refusal.appendChild(make("p", "", message)); }
  }

  function setBusy(now) {
    busy = now;
    log.setAttribute("aria-busy", now ? "true" : "false");
  }

  function send(text, isTyped) {
    var turn = make("article", "turn");
    turn.appendChild(question(text));
    var waiting = turn.appendChild(make("p", "reply reply-waiting", "正在查…"));
    setBusy(true);
    refuse("");
    log.appendChild(turn);
    turn.scrollIntoView({ block: "start" });
    input.focus({ preventScroll: true });

    return fetch("/api/chat", {
      method: "POST",
      credentials: "same-origin",
      headers: { "Content-Type": "application/json", "Accept": "application/json" },
      body: JSON.stringify({ text: text, message_key: form.elements.message_key.value })
    }).then(function (response) {
      return response.json().then(function (body) { return { ok: response.ok, body: body }; });
    }).then(function (result) {
      if (!result.ok) {
        turn.remove();
        refuse(result.body.detail || "没有发出去，请再试一次，或拨打 12345。");
        return;
      }
      var said = result.body;
      turn.replaceChildren(question(said.text), answer(said));
      var earlier = document.getElementById("latest");
      if (earlier) { earlier.id = "turn-" + earlier.getAttribute("data-turn"); }
      turn.id = "latest";
      turn.setAttribute("data-turn", said.turn);
      form.elements.message_key.value = newKey();
      if (isTyped) { input.value = ""; }
      var end = document.getElementById("end");
      if (end) { end.hidden = false; }
      turn.scrollIntoView({ block: "start" });
    }).catch(function () {
      // The same key goes along, so that a message that did arrive is not asked twice.
      turn.remove();
      plain = true;
      if (!isTyped) { input.value = text; }
      refuse("没有发出去，请检查网络，再点一次“提问”。您写的还在。");
    }).then(function () {
      setBusy(false);
      input.focus({ preventScroll: true });
    });
  }

  function rate(target, button) {
    fetch("/api/chat/rating", {
      method: "POST",
      credentials: "same-origin",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ turn: Number(target.elements.turn.value), helpful: button.value === "1" })
    }).then(function (response) {
      if (!response.ok) { throw new Error("refused"); }
      var thanks = make("p", "", "谢谢您的评价。");
      thanks.setAttribute("role", "status");
      var label = document.getElementById("rating-label-" + target.elements.turn.value);
      if (label) { label.remove(); }
      target.replaceWith(thanks);
      input.focus({ preventScroll: true });
    }).catch(function () {
      target.appendChild(hidden("helpful", button.value));
      target.submit();
    });
  }

  document.addEventListener("submit", function (event) {
    var target = event.target;
    var button = event.submitter;
    if (target.hasAttribute("data-rate") && button) {
      event.preventDefault();
      rate(target, button);
      return;
    }
    var isTyped = target === form;
    if (plain || !(isTyped || (target.hasAttribute("data-ask") && button))) { return; }
    event.preventDefault();
    if (!busy) { send(isTyped ? input.value : button.value, isTyped); }
  });

  input.addEventListener("keydown", function (event) {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing && event.keyCode !== 229) {
      event.preventDefault();
      if (form.requestSubmit) { form.requestSubmit(); } else { form.submit(); }
    }
  });

  var latest = document.getElementById("latest");
  if (latest && !window.location.hash) { latest.scrollIntoView({ block: "start" }); }
}());
