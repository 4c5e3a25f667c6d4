"use strict";
/* Conveniences only: every page works without this file. */
(function () {
  /* Menus made of <details>: one open at a time, closed by Escape or a click elsewhere. */
  document.addEventListener("click", function (event) {
    document.querySelectorAll("details[data-menu][open]").forEach(function (menu) {
      if (!menu.contains(event.target)) { menu.removeAttribute("open"); }
    });
  });
  document.addEventListener("keydown", function (event) {
    if (event.key !== "Escape") { return; }
    document.querySelectorAll("details[data-menu][open]").forEach(function (menu) {
      menu.removeAttribute("open");
      menu.querySelector("summary").focus();
    });
  });

  /* Selection for bulk work: the bar shows how many rows are chosen. */
  function refresh(form) {
    var boxes = form.querySelectorAll("input[data-row]");
    var chosen = form.querySelectorAll("input[data-row]:checked").length;
    var bar = form.querySelector("[data-bulk]");
    var all = form.querySelector("input[data-all]");
    if (bar) { bar.classList.toggle("p-bulk-idle", chosen === 0); }
    form.querySelectorAll("[data-chosen]").forEach(function (node) { node.textContent = chosen; });
    if (all) { all.checked = chosen > 0 && chosen === boxes.length; all.indeterminate = chosen > 0 && chosen < boxes.length; }
  }
  document.addEventListener("change", function (event) {
    var form = event.target.closest && event.target.closest("form[data-select]");
    if (!form) { return; }
    if (event.target.matches("input[data-all]")) {
      form.querySelectorAll("input[data-row]").forEach(function (box) { box.checked = event.target.checked; });
    }
    refresh(form);
  });

  /* A click on a row opens it, unless something in the row was meant. */
  document.addEventListener("click", function (event) {
    var row = event.target.closest && event.target.closest("tr[data-open]");
    if (!row || event.target.closest("a, button, input, label, summary")) { return; }
    if (String(window.getSelection())) { return; }
    var link = row.querySelector("a[data-main]");
    if (link) { link.click(); }
  });

  /* Filters that apply themselves when a choice is made. */
  document.addEventListener("change", function (event) {
    if (event.target.matches && event.target.matches("[data-submit]")) { event.target.form.requestSubmit(); }
  });

  /* Leaving with unsaved changes asks. */
  var dirty = document.querySelector("form[data-unsaved]");
  document.addEventListener("input", function (event) {
    var form = event.target.closest && event.target.closest("form[data-ask]");
    if (form) { dirty = form; }
  });
  document.addEventListener("submit", function (event) {
    if (event.target === dirty) { dirty = null; }
    var form = event.target;
    if (form.method === "post" && event.submitter && !form.hasAttribute("hx-post")) {
      if (form.dataset.sent) { event.preventDefault(); return; }
      form.dataset.sent = "1";
      event.submitter.classList.add("p-busy");
    }
  });
  window.addEventListener("pageshow", function () {
    document.querySelectorAll("form[data-sent]").forEach(function (form) { delete form.dataset.sent; });
    document.querySelectorAll(".p-busy").forEach(function (node) { node.classList.remove("p-busy"); });
  });
  window.addEventListener("beforeunload", function (event) { if (dirty) { event.preventDefault(); } });

  /* Wide tables can be moved sideways with the keyboard. */
  function reach() {
    document.querySelectorAll(".p-table-wrap, .table-responsive").forEach(function (box) {
      if (box.scrollWidth > box.clientWidth) { box.tabIndex = 0; } else { box.removeAttribute("tabindex"); }
    });
  }
  window.addEventListener("resize", reach);

  /* On a narrow screen the stages and the tabs begin where the present one is. */
  function centre() {
    document.querySelectorAll(".p-stages, .p-tabs").forEach(function (strip) {
      var here = strip.querySelector("[aria-current], .p-ended") || (strip.matches(".p-stages") && strip.lastElementChild);
      if (here && strip.scrollWidth > strip.clientWidth) {
        strip.scrollLeft += here.getBoundingClientRect().left - strip.getBoundingClientRect().left - (strip.clientWidth - here.offsetWidth) / 2;
      }
    });
  }

  function ready(root) {
    reach();
    root.querySelectorAll("form[data-select]").forEach(refresh);
    root.querySelectorAll("[data-print]").forEach(function (button) { button.hidden = false; });
    document.documentElement.classList.add("p-scripted");
  }
  ready(document);
  centre();
  var summary = document.querySelector("[data-focus]");
  if (summary) { summary.focus(); }
  document.addEventListener("htmx:afterSwap", function (event) { ready(event.target); });

  /* A page that is made to be printed. */
  document.addEventListener("click", function (event) {
    if (event.target.closest && event.target.closest("[data-print]")) { window.print(); }
  });

  /* Tabs: the plain links work; with scripts the tab's content is exchanged. */
  document.addEventListener("htmx:afterRequest", function (event) {
    var link = event.target;
    if (!link.matches || !link.matches("[data-tab]") || !event.detail.successful) { return; }
    link.closest("[data-tabs]").querySelectorAll("[data-tab]").forEach(function (tab) {
      tab.classList.toggle("active", tab === link);
      if (tab === link) { tab.setAttribute("aria-current", "true"); } else { tab.removeAttribute("aria-current"); }
    });
  });
})();
