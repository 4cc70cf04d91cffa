// Progressive enhancement: the page is whole without it. A classic script with
// no request and no markup from data, so it runs under the strict policy and
// from file://.
(function () {
  "use strict";
  var root = document.documentElement;

  function element(name, attributes, text) {
    var node = document.createElement(name);
    Object.keys(attributes || {}).forEach(function (key) { node.setAttribute(key, attributes[key]); });
    if (text !== undefined) node.textContent = text;
    return node;
  }
  function all(selector, within) { return Array.prototype.slice.call((within || document).querySelectorAll(selector)); }

  // Colour scheme: the system's, light, dark, round and round.
  function themeButton() {
    var tools = document.querySelector("[data-tools]");
    if (!tools) return;
    var order = ["system", "light", "dark"];
    var button = element("button", { type: "button", "class": "theme-button" });
    function current() { return root.dataset.theme || "system"; }
    function label() {
      var text = "Colour scheme: " + current();
      button.setAttribute("aria-label", text);
      button.title = text;
      button.dataset.now = current();
    }
    button.addEventListener("click", function () {
      var next = order[(order.indexOf(current()) + 1) % order.length];
      if (next === "system") delete root.dataset.theme; else root.dataset.theme = next;
      try {
        if (next === "system") localStorage.removeItem("milepost-theme"); else localStorage.setItem("milepost-theme", next);
      } catch (error) { /* storage may be off */ }
      label();
    });
    label();
    button.appendChild(element("span", { "class": "disc", "aria-hidden": "true" }));
    tools.appendChild(button);
  }

  // The menu closes on Escape and when the reader goes elsewhere.
  function menu() {
    var menu = document.querySelector(".menu");
    if (!menu) return;
    document.addEventListener("keydown", function (event) {
      if (event.key === "Escape" && menu.open) { menu.open = false; menu.querySelector("summary").focus(); }
    });
    document.addEventListener("click", function (event) { if (menu.open && !menu.contains(event.target)) menu.open = false; });
  }

  // Sorting: a button in each sortable head; the cell says its value in data-sort.
  function value(row, index) {
    var cell = row.cells[index];
    if (!cell) return "";
    if (cell.dataset.sort !== undefined) return cell.dataset.sort;
    return cell.classList.contains("none") || cell.querySelector(".missing") ? "" : cell.textContent.trim();
  }
  function compare(a, b) {
    if (a === b) return 0;
    if (a === "") return 1;
    if (b === "") return -1;
    var x = Number(a), y = Number(b);
    if (!isNaN(x) && !isNaN(y)) return x - y;
    return a.localeCompare(b, root.lang || "en", { numeric: true, sensitivity: "base" });
  }
  function sortable(table) {
    var body = table.tBodies[0];
    if (!body || body.rows.length < 2) return;
    var first = Array.prototype.slice.call(body.rows);
    var heads = Array.prototype.slice.call(table.tHead.rows[0].cells);
    heads.forEach(function (head, index) {
      if (!head.hasAttribute("data-sort")) return;
      var button = element("button", { type: "button", "class": "sort" });
      while (head.firstChild) button.appendChild(head.firstChild);
      head.appendChild(button);
      button.addEventListener("click", function () {
        var now = head.getAttribute("aria-sort");
        var next = now === "ascending" ? "descending" : now === "descending" ? null : "ascending";
        heads.forEach(function (other) { other.removeAttribute("aria-sort"); });
        var rows = first.slice();
        if (next) {
          head.setAttribute("aria-sort", next);
          var keyed = rows.map(function (row, place) { return { row: row, key: value(row, index), place: place }; });
          keyed.sort(function (a, b) {
            var order = compare(a.key, b.key);
            var missing = a.key === "" || b.key === "";
            return (next === "descending" && !missing ? -order : order) || a.place - b.place;
          });
          rows = keyed.map(function (entry) { return entry.row; });
        }
        rows.forEach(function (row) { body.appendChild(row); });
      });
    });
  }

  // Filters: one list per filtered column, shared by the tables of the page,
  // with their state in the address so that a filtered view can be sent on.
  function slug(text) { return text.toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, ""); }
  function filters() {
    var place = document.querySelector("[data-filters]");
    var tables = all("table[data-sortable]");
    var rows = [];
    var columns = {};
    tables.forEach(function (table) {
      var heads = all("thead th", table);
      Array.prototype.slice.call(table.tBodies[0].rows).forEach(function (row) {
        var entry = { row: row, values: {}, text: row.textContent.toLowerCase() };
        heads.forEach(function (head, index) {
          if (!head.dataset.filter) return;
          var key = slug(head.dataset.filter);
          var text = row.dataset[key] !== undefined ? row.dataset[key] : said(row.cells[index] || row);
          note(key, head.dataset.filter, head.hidden ? text.split(", ") : [text], entry);
        });
        var programme = row.dataset.programme || (row.querySelector(".c-project i") || {}).textContent;
        if (programme) note("programme", "Programme", [programme], entry);
        rows.push(entry);
      });
    });
    // A rating is filtered by what the report says, without what stands under it.
    function said(cell) { return (cell.querySelector(".chip") || cell).textContent.trim(); }
    function note(key, label, texts, entry) {
      if (!columns[key]) columns[key] = { label: label, values: [] };
      texts.forEach(function (text) {
        if (text && text !== "–" && columns[key].values.indexOf(text) < 0) columns[key].values.push(text);
      });
      entry.values[key] = texts;
    }
    var keys = Object.keys(columns).filter(function (key) { return columns[key].values.length > 1 && columns[key].values.length < 60; });
    if (!place || rows.length < 4) return;
    var query = new URLSearchParams(location.search);
    var controls = {};
    var input = element("input", { type: "search", placeholder: "Filter", "aria-label": "Filter rows by text", "class": "filter-text" });
    input.value = query.get("q") || "";
    place.appendChild(input);
    var keyed = !document.querySelector("a.search-open");
    if (keyed) place.appendChild(element("kbd", { "aria-hidden": "true" }, "/"));
    keys.forEach(function (key) {
      var select = element("select", { "aria-label": columns[key].label });
      select.appendChild(element("option", { value: "" }, columns[key].label));
      columns[key].values.slice().sort(function (a, b) { return a.localeCompare(b, root.lang || "en", { numeric: true }); }).forEach(function (text) {
        select.appendChild(element("option", { value: slug(text) }, text));
      });
      select.value = query.get(key) || "";
      if (select.selectedIndex < 0) select.value = "";
      select.addEventListener("change", apply);
      controls[key] = select;
      place.appendChild(select);
    });
    var status = element("span", { role: "status", "class": "filter-status" });
    place.appendChild(status);
    input.addEventListener("input", apply);
    document.addEventListener("keydown", function (event) {
      var target = event.target;
      if (!keyed || event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
      if (/^(input|select|textarea)$/i.test(target.tagName) || target.isContentEditable) return;
      event.preventDefault();
      input.focus();
    });
    function apply() {
      var words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
      var shown = 0;
      rows.forEach(function (entry) {
        var fits = words.every(function (word) { return entry.text.indexOf(word) >= 0; }) && keys.every(function (key) {
          var wanted = controls[key].value;
          return !wanted || (entry.values[key] || []).some(function (text) { return slug(text) === wanted; });
        });
        entry.row.hidden = !fits;
        if (fits) shown += 1;
      });
      tables.forEach(function (table) {
        var any = Array.prototype.some.call(table.tBodies[0].rows, function (row) { return !row.hidden; });
        var group = table.closest(".group");
        if (group) group.classList.toggle("filtered-out", !any);
      });
      // Of a long table a page holds some rows; the filter says so.
      status.textContent = shown === rows.length ? "" : shown + " of " + rows.length + (document.querySelector(".rest") ? " on this page" : "");
      keys.forEach(function (key) { controls[key].classList.toggle("set", controls[key].value !== ""); });
      var state = new URLSearchParams();
      if (input.value) state.set("q", input.value);
      keys.forEach(function (key) { if (controls[key].value) state.set(key, controls[key].value); });
      var text = state.toString();
      try {
        history.replaceState(null, "", (text ? "?" + text : location.pathname) + location.hash);
      } catch (error) { /* file:// may refuse */ }
    }
    if (location.search) apply();
  }

  // What scrolls sideways can be reached and scrolled by keyboard.
  function scrollers() {
    all(".scroll, .prose pre, .prose .table").forEach(function (node) {
      if (node.scrollWidth <= node.clientWidth) return;
      node.tabIndex = 0;
      function mark() { node.classList.toggle("scrolls", node.scrollLeft + node.clientWidth < node.scrollWidth - 1); }
      node.addEventListener("scroll", mark, { passive: true });
      mark();
    });
  }

  // Printing opens what is folded, so that paper says as much as the screen.
  function printing() {
    var opened = [];
    window.addEventListener("beforeprint", function () {
      opened = all(".duties details:not([open])");
      opened.forEach(function (details) { details.open = true; });
    });
    window.addEventListener("afterprint", function () { opened.forEach(function (details) { details.open = false; }); });
  }

  themeButton();
  menu();
  filters();
  all("table[data-sortable]").forEach(sortable);
  scrollers();
  printing();
})();
