"use strict";
/* Conveniences of the declaration form: autosave, counters, quick row buttons, pasting into cells, asking before leaving. */
(function () {
  var PAUSE = 3000;
  var timer = null, dirty = false, saving = false, stopped = false;

  function form() { return document.querySelector("form[data-declaration]"); }
  function button() { return form().dataset.saveLabel || "保存草稿"; }
  function line(text, bad) {
    document.querySelectorAll("[data-saved], [data-autosave-line]").forEach(function (node) {
      node.textContent = text;
      if (bad) { node.dataset.kind = "bad"; } else { delete node.dataset.kind; }
    });
  }

  /* Counters: characters typed of those allowed. */
  function count(area) {
    var counter = area.previousElementSibling;
    if (!counter || !counter.classList.contains("p-counter")) {
      counter = document.createElement("span");
      counter.className = "p-counter";
      area.parentNode.insertBefore(counter, area);
    }
    var length = Array.from(area.value.trim()).length, limit = Number(area.dataset.counter);
    counter.textContent = length + " / " + limit + (length > limit ? "（超出 " + (length - limit) + " 字）" : "");
    counter.classList.toggle("p-counter-over", length > limit);
  }
  function prepare() {
    document.querySelectorAll("textarea[data-counter]").forEach(function (area) {
      area.removeAttribute("maxlength");
      count(area);
    });
    var shown = document.querySelector("[data-shown]");
    if (shown) {
      var first = shown.querySelector("input:not([type=hidden]), select, textarea");
      if (first) { first.focus({ preventScroll: true }); shown.scrollIntoView({ block: "center" }); }
    }
    var fold = document.querySelector(".p-sections-fold");
    if (fold) { fold.open = window.matchMedia("(min-width: 901px)").matches; }
  }

  /* Autosave after a pause; a conflict is shown and left to the person. */
  function schedule() {
    dirty = true;
    if (stopped) { return; }
    window.clearTimeout(timer);
    timer = window.setTimeout(save, PAUSE);
  }
  function save() {
    var target = form();
    if (!target || saving || stopped || !dirty) { return; }
    saving = true;
    dirty = false;
    line("正在自动保存…");
    fetch(target.dataset.autosave, { method: "POST", body: new FormData(target), headers: { "X-Requested-With": "fetch" } })
      .then(function (answer) {
        var json = (answer.headers.get("Content-Type") || "").indexOf("json") >= 0;
        if (!json) { throw new Error("unexpected answer"); }
        return answer.json().then(function (data) { return { status: answer.status, data: data }; });
      })
      .then(function (result) {
        saving = false;
        if (result.status === 200) {
          target.querySelector("[data-seen]").value = result.data.revision;
          line(result.data.message);
          mark(result.data.state);
          if (dirty) { schedule(); }
          return;
        }
        stopped = true;
        dirty = true;
        line(result.data.message + (result.status === 409 ? "点“" + button() + "”核对两份内容。" : ""), true);
      })
      .catch(function () {
        saving = false;
        line("自动保存未成功，将再次尝试；也可以点“" + button() + "”。", true);
        schedule();
      });
  }
  function mark(state) {
    var words = { empty: "未填", partly: "未完成", complete: "完成", optional: "选填" };
    var node = document.querySelector("[data-section-state]");
    if (node && words[state]) {
      node.textContent = words[state];
      node.className = "p-section-state p-section-" + state;
    }
  }

  document.addEventListener("input", function (event) {
    if (event.target.matches("textarea[data-counter]")) { count(event.target); }
    if (event.target.closest("form[data-declaration]") && !event.target.matches("[data-unsaved-free]")) { schedule(); }
  });
  document.addEventListener("change", function (event) {
    if (event.target.closest("form[data-declaration]") && !event.target.matches("[data-unsaved-free]")) { schedule(); }
    if (event.target.matches("form[data-upload] input[type=file]") && event.target.files.length) { event.target.form.requestSubmit(); }
  });
  document.addEventListener("submit", function () { dirty = false; window.clearTimeout(timer); });
  window.addEventListener("beforeunload", function (event) { if (dirty || saving) { event.preventDefault(); } });

  /* Row buttons: the server does the work, only the section is exchanged. Anything unexpected: an ordinary submit. */
  document.addEventListener("click", function (event) {
    var button = event.target.closest("button[data-quick]");
    var target = button && button.closest("form[data-declaration]");
    if (!target || saving || stopped || button.dataset.plain) { return; }
    event.preventDefault();
    window.clearTimeout(timer);
    var body = new FormData(target);
    body.append(button.name, button.value);
    saving = true;
    button.classList.add("p-busy");
    fetch(target.action || window.location.href, { method: "POST", body: body, headers: { "X-Requested-With": "fetch" } })
      .then(function (answer) {
        if (!answer.ok) { throw new Error("conflict"); }
        return answer.text().then(function (text) { return { text: text, url: answer.url }; });
      })
      .then(function (page) {
        var fresh = new DOMParser().parseFromString(page.text, "text/html");
        ["p-section", "p-sections"].forEach(function (id) {
          var old = document.getElementById(id), now = fresh.getElementById(id);
          if (!old || !now) { throw new Error("unexpected page"); }
          old.replaceWith(document.importNode(now, true));
        });
        window.history.replaceState(null, "", page.url.split("#")[0].split("?")[0]);
        saving = false;
        dirty = false;
        prepare();
      })
      .catch(function () {
        saving = false;
        dirty = false;
        button.dataset.plain = "1";
        button.click();
      });
  });

  /* Pasting cells of a spreadsheet into a row fills it and the rows below it. */
  document.addEventListener("paste", function (event) {
    var cell = event.target.closest && event.target.closest("form[data-declaration] .p-row .p-cell, form[data-pastes] .p-row .p-cell");
    var text = event.clipboardData ? event.clipboardData.getData("text/plain") : "";
    if (!cell || text.indexOf("\t") < 0) { return; }
    event.preventDefault();
    var row = cell.closest(".p-row"), column = Array.from(row.querySelectorAll(".p-cell")).indexOf(cell), left = "";
    text.replace(/\r/g, "").replace(/\n+$/, "").split("\n").forEach(function (record) {
      if (!row) { left += record + "\n"; return; }
      var cells = row.querySelectorAll(".p-cell");
      record.split("\t").forEach(function (value, index) {
        var input = cells[column + index] && cells[column + index].querySelector("input, select, textarea");
        if (input) { fill(input, value.trim()); }
      });
      row = row.nextElementSibling;
    });
    if (left) {
      var table = cell.closest("[data-table]"), box = table.querySelector(".p-paste");
      box.open = true;
      box.querySelector("textarea").value = left;
      box.querySelector("button").focus();
    }
    if (form()) { schedule(); } else { dirty = true; }
  });
  function fill(input, value) {
    if (input.tagName !== "SELECT") { input.value = value; return; }
    Array.from(input.options).forEach(function (option) { if (option.text.trim() === value || option.value === value) { input.value = option.value; } });
  }

  prepare();
})();
