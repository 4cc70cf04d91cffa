// Search as it is seen: a panel that `/` opens on every page, and the page of
// all results with its filters. Without this script both are plain links and a
// plain form.
(function () {
  "use strict";
  var engine = window.milepostSearch;
  var opener = document.querySelector("a.search-open");
  if (!engine || !opener) return;
  var MANY = 8;
  var SVG = "http://www.w3.org/2000/svg";

  function element(name, attributes, content) {
    var node = document.createElement(name);
    Object.keys(attributes || {}).forEach(function (key) { node.setAttribute(key, attributes[key]); });
    [].concat(content === undefined ? [] : content).forEach(function (part) { if (part) node.append(part); });
    return node;
  }
  function counted(n, one) { return n.toLocaleString(document.documentElement.lang || "en") + " " + one + (n === 1 ? "" : "s"); }

  // A text with what was searched for marked.
  function marked(text, words) {
    var out = [], at = 0;
    Array.from(text.matchAll(engine.piece)).forEach(function (found) {
      var own = engine.words(found[0]);
      var hit = own.some(function (word) { return words.some(function (w) { return word.indexOf(w) === 0 || w === word + "s"; }); });
      if (!hit) return;
      out.push(text.slice(at, found.index), element("mark", {}, found[0]));
      at = found.index + found[0].length;
    });
    out.push(text.slice(at));
    return out;
  }
  function mark(health) {
    var svg = document.createElementNS(SVG, "svg");
    var path = document.createElementNS(SVG, "path");
    svg.setAttribute("class", "m " + health.class);
    svg.setAttribute("viewBox", "0 0 10 10");
    svg.setAttribute("aria-hidden", "true");
    path.setAttribute("d", health.d);
    svg.append(path);
    return element("span", { "class": "hit-health t-" + health.class }, [svg, health.word]);
  }
  function day(iso) {
    var lang = document.documentElement.lang || "en";
    try {
      return new Date(iso + "T00:00:00Z").toLocaleDateString(/^en\b/.test(lang) ? "en-GB" : lang, { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });
    } catch (error) { return iso; }
  }
  // Kind, project, date and health of a hit, on one line.
  function about(hit) {
    var parts = [hit.kind];
    if (hit.project && hit.project !== hit.title) parts.push(element("bdi", {}, hit.project));
    if (hit.date) parts.push(element("time", { datetime: hit.date }, day(hit.date)));
    if (hit.health) parts.push(mark(hit.health));
    var line = [];
    parts.forEach(function (part, at) { line.push(at ? " · " : "", part); });
    return line;
  }
  function name(hit, words) {
    var title = element("bdi", {}, marked(hit.title, words));
    return hit.id && hit.kind !== "Project" && hit.title.indexOf(hit.id) < 0
      ? [element("span", { "class": "hit-id" }, marked(hit.id, words)), " ", title] : [title];
  }
  function snippet(hit, words) {
    var text = [];
    if (hit.section) text.push(element("span", { "class": "hit-section" }, ["§ "].concat(marked(hit.section, words))), hit.lead ? " — " : "");
    return text.concat(marked(hit.lead, words));
  }
  function failed() { return "The index could not be loaded. Reload the page and try again."; }

  // Runs `work` for the newest value only, once typing pauses.
  function lately(work) {
    var timer = 0, turn = 0;
    return function (value) {
      clearTimeout(timer);
      turn += 1;
      var mine = turn;
      timer = setTimeout(function () { work(value, function () { return mine === turn; }); }, 90);
    };
  }

  // The panel.
  function panel() {
    var field = element("input", {
      type: "search", id: "search-field", autocomplete: "off", spellcheck: "false", placeholder: "Search everything",
      "aria-label": "Search everything", role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": "search-list",
    });
    var list = element("ul", { id: "search-list", role: "listbox", "aria-label": "Results", hidden: "" });
    var status = element("p", { role: "status", "class": "search-status" });
    var box = element("div", { "class": "search-panel", role: "search", "aria-label": "Search", hidden: "" }, [field, status, list]);
    document.querySelector(".bar").append(box);
    opener.setAttribute("role", "button");
    opener.setAttribute("aria-expanded", "false");

    function choose(option) {
      Array.from(list.children).forEach(function (other) { other.setAttribute("aria-selected", String(other === option)); });
      if (option) {
        field.setAttribute("aria-activedescendant", option.id);
        option.scrollIntoView({ block: "nearest" });
      } else field.removeAttribute("aria-activedescendant");
    }
    function chosen() { return list.querySelector('[aria-selected="true"]'); }
    function clear() {
      list.replaceChildren();
      list.hidden = true;
      field.setAttribute("aria-expanded", "false");
      field.removeAttribute("aria-activedescendant");
    }
    function everything() { return opener.href.split(/[?#]/)[0] + "?q=" + encodeURIComponent(field.value.trim()); }
    function option(content, href) {
      var node = element("li", { role: "option", id: "search-option-" + list.children.length, "aria-selected": "false" }, content);
      node.dataset.href = href;
      list.append(node);
    }
    var run = lately(function (query, current) {
      engine.find(query).then(function (result) {
        return engine.show(result, result.hits.slice(0, MANY)).then(function (hits) {
          if (!current()) return;
          clear();
          hits.forEach(function (hit) {
            var text = snippet(hit, result.words);
            option([
              element("span", { "class": "hit-title" }, name(hit, result.words)),
              element("span", { "class": "hit-about" }, about(hit)),
              hit.section ? element("span", { "class": "hit-text" }, text.slice(0, 1)) : "",
            ], hit.href);
          });
          if (hits.length) {
            option(["All " + counted(result.hits.length, "result") + ", with filters"], everything());
            list.lastChild.classList.add("search-all");
          }
          list.hidden = !hits.length;
          field.setAttribute("aria-expanded", String(!list.hidden));
          status.textContent = result.words.length
            ? (hits.length ? counted(result.hits.length, "result") : "Nothing found.") + (result.cut ? " Type more letters to look further." : "") : "";
        });
      }).catch(function () { if (current()) { clear(); status.textContent = failed(); } });
    });

    function open() {
      if (!box.hidden) return field.focus();
      box.hidden = false;
      opener.setAttribute("aria-expanded", "true");
      field.focus();
      field.select();
      engine.begin().catch(function () { status.textContent = failed(); });
    }
    function close(back) {
      if (box.hidden) return;
      box.hidden = true;
      opener.setAttribute("aria-expanded", "false");
      if (back) opener.focus();
    }
    opener.addEventListener("click", function (event) {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      if (box.hidden) open(); else close(true);
    });
    opener.addEventListener("keydown", function (event) { if (event.key === " ") { event.preventDefault(); open(); } });
    field.addEventListener("input", function () {
      if (!field.value.trim()) { clear(); status.textContent = ""; }
      run(field.value);
    });
    field.addEventListener("keydown", function (event) {
      if (event.isComposing) return;
      var options = Array.from(list.children), at = options.indexOf(chosen());
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        if (!options.length) return;
        event.preventDefault();
        var step = event.key === "ArrowDown" ? 1 : -1;
        var next = at < 0 && step < 0 ? options.length - 1 : at + step;
        choose(next < 0 || next >= options.length ? null : options[next]);
      } else if (event.key === "Enter") {
        event.preventDefault();
        var goal = at >= 0 ? options[at].dataset.href : field.value.trim() && everything();
        if (goal) { close(false); location.href = goal; }
      } else if (event.key === "Escape") {
        event.preventDefault();
        event.stopPropagation();
        close(true);
      }
    });
    list.addEventListener("mousedown", function (event) { event.preventDefault(); });
    list.addEventListener("click", function (event) {
      var node = event.target.closest("[data-href]");
      if (!node) return;
      if (event.ctrlKey || event.metaKey) window.open(node.dataset.href, "_blank", "noopener");
      else { close(false); location.href = node.dataset.href; }
    });
    document.addEventListener("click", function (event) { if (!box.contains(event.target) && !opener.contains(event.target)) close(false); });
    box.addEventListener("focusout", function (event) { if (event.relatedTarget && !box.contains(event.relatedTarget) && event.relatedTarget !== opener) close(false); });
    return open;
  }

  // The page of results.
  function page(place) {
    var field = place.querySelector("input[name=q]");
    var status = place.querySelector(".search-status");
    var facets = place.querySelector(".facets");
    var list = place.querySelector(".hits");
    var more = element("button", { type: "button", "class": "button more-hits", hidden: "" }, "Show more");
    list.after(more);
    var address = new URLSearchParams(location.search);
    field.value = address.get("q") || "";
    var result = null, kept = [], drawn = 0;
    var groups = ["kind", "project", "phase", "health", "programme"];
    var titles = { kind: "Kind", project: "Project", phase: "Phase", health: "Project health", programme: "Programme" };
    var set = {}, opened = {};
    groups.forEach(function (group) { set[group] = address.getAll(group); opened[group] = set[group].length > 0; });
    opened.kind = opened.kind || window.innerWidth >= 900;

    // What an entry counts as: a key for the address and words to show.
    function of(index, group, entry) {
      var project = index.projects[index.project[entry]];
      if (group === "kind") return [index.kinds[index.kind[entry]]];
      if (!project) return null;
      if (group === "project") return [project.id, project.title];
      if (group === "phase") return project.phase ? [project.phase] : null;
      if (group === "health") return project.health === null ? null : [index.health[project.health].class, index.health[project.health].word, index.health[project.health]];
      return project.programme === null ? null : [index.programmes[project.programme]];
    }
    function fits(entry, aside) {
      return groups.every(function (group) {
        if (group === aside || !set[group].length) return true;
        var own = of(result.index, group, entry);
        return own !== null && set[group].indexOf(own[0]) >= 0;
      });
    }
    function remember() {
      var state = new URLSearchParams();
      if (field.value.trim()) state.set("q", field.value.trim());
      groups.forEach(function (group) { set[group].forEach(function (key) { state.append(group, key); }); });
      var text = state.toString();
      try { history.replaceState(null, "", text ? "?" + text : location.pathname); } catch (error) { /* file:// may refuse */ }
    }
    function drawFacets() {
      var focused = document.activeElement && facets.contains(document.activeElement) ? document.activeElement.id : "";
      facets.replaceChildren();
      if (!result.hits.length) return;
      groups.forEach(function (group) {
        var counts = new Map();
        result.hits.forEach(function (hit) {
          if (!fits(hit.entry, group)) return;
          var own = of(result.index, group, hit.entry);
          if (!own) return;
          var slot = counts.get(own[0]) || { own: own, n: 0 };
          slot.n += 1;
          counts.set(own[0], slot);
        });
        set[group].forEach(function (key) { if (!counts.has(key)) counts.set(key, { own: [key], n: 0 }); });
        if (counts.size < 2 && !set[group].length) return;
        var values = Array.from(counts.values()).sort(function (a, b) { return b.n - a.n || String(a.own[0]).localeCompare(b.own[0]); });
        var rows = values.map(function (value, at) {
          var id = "facet-" + group + "-" + at;
          var box = element("input", { type: "checkbox", id: id });
          box.checked = set[group].indexOf(value.own[0]) >= 0;
          box.dataset.key = group + " " + value.own[0];
          box.addEventListener("change", function () {
            set[group] = set[group].filter(function (key) { return key !== value.own[0]; });
            if (box.checked) set[group].push(value.own[0]);
            remember();
            draw();
            var again = Array.from(facets.querySelectorAll("input")).find(function (other) { return other.dataset.key === box.dataset.key; });
            if (again) again.focus();
          });
          var words = value.own[2] ? mark(value.own[2]) : element("bdi", {}, value.own[1] || value.own[0]);
          return element("li", {}, element("label", { "for": id }, [box, words, element("span", { "class": "n" }, String(value.n))]));
        });
        var fold = element("details", { "class": "facet" }, [
          element("summary", {}, [titles[group], set[group].length ? element("span", { "class": "count" }, set[group].length + " set") : ""]),
          element("ul", { "aria-label": titles[group] }, rows),
        ]);
        fold.open = opened[group];
        fold.addEventListener("toggle", function () { opened[group] = fold.open; });
        facets.append(fold);
      });
      if (focused && document.getElementById(focused)) document.getElementById(focused).focus();
    }
    function add(current) {
      var next = kept.slice(drawn, drawn + result.index.limit);
      return engine.show(result, next).then(function (hits) {
        if (current && !current()) return;
        hits.forEach(function (hit) {
          var text = snippet(hit, result.words);
          list.append(element("li", {}, [
            element("p", { "class": "hit-title" }, element("a", { href: hit.href }, name(hit, result.words))),
            element("p", { "class": "hit-about" }, about(hit)),
            hit.lead || hit.section ? element("p", { "class": "hit-text" }, text) : "",
          ]));
        });
        drawn += next.length;
        more.hidden = drawn >= kept.length;
      });
    }
    function draw(current) {
      kept = result.hits.filter(function (hit) { return fits(hit.entry); });
      drawn = 0;
      list.replaceChildren();
      drawFacets();
      var all = kept.length === result.hits.length ? "" : " of " + result.hits.length;
      status.textContent = !result.words.length ? "Type a word, a name or an id."
        : (result.hits.length ? (all ? kept.length + all + " results" : counted(kept.length, "result")) : "Nothing found. Every word must occur; try fewer or shorter ones.")
        + (result.cut ? " Type more letters to look further." : "");
      return add(current);
    }
    var run = lately(function (query, current) {
      engine.find(query).then(function (found) {
        if (!current()) return;
        result = found;
        remember();
        return draw(current);
      }).catch(function () { if (current()) status.textContent = failed(); });
    });
    field.addEventListener("input", function () { run(field.value); });
    place.querySelector("form").addEventListener("submit", function (event) { event.preventDefault(); run(field.value); });
    more.addEventListener("click", function () {
      var from = drawn;
      add().then(function () { var link = list.children[from] && list.children[from].querySelector("a"); if (link) link.focus(); });
    });
    // Down and up walk through the results.
    place.addEventListener("keydown", function (event) {
      if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
      var links = Array.from(list.querySelectorAll(".hit-title a")), at = links.indexOf(document.activeElement);
      if (at < 0 && document.activeElement !== field) return;
      var next = at + (event.key === "ArrowDown" ? 1 : -1);
      if (next < -1 || next >= links.length) return;
      event.preventDefault();
      (next < 0 ? field : links[next]).focus();
    });
    run(field.value);
    field.focus();
    return function () { field.focus(); field.select(); };
  }

  var place = document.querySelector("[data-search]");
  var open = place ? page(place) : panel();
  if (place) opener.addEventListener("click", function (event) { event.preventDefault(); open(); });
  document.addEventListener("keydown", function (event) {
    var target = event.target;
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (/^(input|select|textarea)$/i.test(target.tagName) && !/^(checkbox|radio)$/.test(target.type) || target.isContentEditable) return;
    event.preventDefault();
    open();
  });
})();
