"use strict";
/* The score sheet: the sum, which comments are wanted, and what was typed is kept. Works without this file. */
(function () {
  var box = document.querySelector("[data-scores]");
  var form = box && box.closest("form");
  if (!form) { return; }
  var line = document.querySelector("[data-saved]");
  var timer = null, changed = false;

  function add() {
    var sum = 0, extra = 0;
    box.querySelectorAll("input[data-score]").forEach(function (field) {
      var value = parseFloat(field.value);
      var item = field.closest("fieldset");
      var wanted = item.querySelector("[data-wanted]");
      var bonus = "bonus" in field.dataset;
      if (!isNaN(value) && bonus) { extra += value; } else if (!isNaN(value)) { sum += value; }
      wanted.classList.toggle("p-wanted", !isNaN(value) && (bonus ? value > 0 : value < parseFloat(field.dataset.below)));
    });
    var scale = parseFloat(box.dataset.scale) || 1, cap = parseFloat(box.dataset.cap) || 0;
    box.querySelector("[data-total]").textContent = String(Math.round((sum * scale + Math.min(extra, cap) + 1e-9) * 100) / 100);
  }
  function say(text, bad) {
    line.textContent = text;
    if (bad) { line.dataset.kind = "bad"; } else { delete line.dataset.kind; }
  }
  function keep() {
    if (!changed) { return Promise.resolve(); }
    changed = false;
    return fetch(form.dataset.draft, { method: "POST", body: new FormData(form), credentials: "same-origin", keepalive: true })
      .then(function (answer) { return answer.json().then(function (data) { say(data.text, !answer.ok); }); })
      .catch(function () { changed = true; timer = setTimeout(keep, 15000); say("暂存未成功，请检查网络后点“暂存”。", true); });
  }
  form.addEventListener("input", function () {
    add();
    if (!form.dataset.draft) { return; }
    changed = true;
    clearTimeout(timer);
    timer = setTimeout(keep, 4000);
  });
  /* Looking at another part of the material must not lose what was typed. */
  document.querySelectorAll("a[data-keep-draft], .p-way a").forEach(function (link) {
    link.addEventListener("click", function (event) {
      if (!changed || event.ctrlKey || event.metaKey) { return; }
      event.preventDefault();
      keep().then(function () { window.location = link.href; });
    });
  });
  /* On a phone another app comes to the front without any warning. */
  document.addEventListener("visibilitychange", function () {
    if (document.visibilityState === "hidden" && form.dataset.draft) { clearTimeout(timer); keep(); }
  });
  form.addEventListener("submit", function () { clearTimeout(timer); changed = false; });
  window.addEventListener("beforeunload", function (event) { if (changed) { event.preventDefault(); } });
  add();
})();
