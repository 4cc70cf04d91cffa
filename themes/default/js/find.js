// Finds entries of the site in the index of `search/`. The index is scripts,
// loaded as they are needed: that works without a server and under the strict
// policy. Words are split as `src/site/search/words.rs` splits them.
(function () {
  "use strict";
  var here = document.currentScript;
  if (!here || !here.src) return;
  var root = new URL("../", here.src).href;

  // The rules of words.
  var LEFT_OUT = /[\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]/g;
  var SPECIAL = { "ß": "ss", "æ": "ae", "œ": "oe", "þ": "th", "ø": "o", "đ": "d", "ð": "d", "ł": "l", "ı": "i", "ς": "σ" };
  var UNSPACED = "\\u0e00-\\u0eff\\u1000-\\u109f\\u1780-\\u17ff\\u3040-\\u30ff\\u3400-\\u4dbf\\u4e00-\\u9fff\\uac00-\\ud7a3\\uf900-\\ufaff\\u{20000}-\\u{3ffff}";
  var RUNS = new RegExp("[" + UNSPACED + "]+|[^" + UNSPACED + "]+", "gu");
  var ANY_UNSPACED = new RegExp("[" + UNSPACED + "]", "u");
  var PIECE = /[\p{Alphabetic}\p{N}\p{M}]+(?:[-._][\p{Alphabetic}\p{N}\p{M}]+)*/gu;
  var LONGEST = 40;
  var bytes = new TextEncoder();

  function fold(text) {
    return text.normalize("NFKD").replace(LEFT_OUT, "").toLowerCase().replace(LEFT_OUT, "")
      .replace(/[ßæœþøđðłıς]/g, function (c) { return SPECIAL[c]; }).normalize("NFC");
  }
  function cut(word) {
    if (word.length * 3 <= LONGEST) return word;
    var out = "", size = 0;
    for (var c of word) {
      size += bytes.encode(c).length;
      if (size > LONGEST) break;
      out += c;
    }
    return out;
  }
  function single(word) { return /^[a-z]$/.test(word); }
  // The words of one piece; an id or number that is whole comes last.
  function ofPiece(piece) {
    var out = [], parts = piece.split(/[-._]/);
    parts.forEach(function (part) {
      (part.match(RUNS) || []).forEach(function (run) {
        if (!ANY_UNSPACED.test(run)) { if (!single(run)) out.push(cut(run)); return; }
        var chars = Array.from(run);
        if (chars.length === 1) out.push(run);
        for (var at = 0; at + 1 < chars.length; at += 1) out.push(chars[at] + chars[at + 1]);
      });
    });
    if (parts.length > 1 && bytes.encode(piece).length <= 32 && /[0-9]/.test(piece) && !ANY_UNSPACED.test(piece)) {
      out.push(/\p{Alphabetic}/u.test(piece) ? piece.replace(/[-._]/g, "") : piece);
      out.whole = true;
    }
    return out;
  }
  function words(text) {
    return (fold(text).match(PIECE) || []).reduce(function (all, piece) { return all.concat(ofPiece(piece)); }, []);
  }
  // The words of a query: of an id the whole only, and no word twice.
  function asked(query) {
    var text = fold(query), out = [];
    (text.match(PIECE) || []).forEach(function (piece) {
      var parts = ofPiece(piece);
      if (parts.whole) parts = parts.slice(-1);
      if (!parts.length && single(piece)) parts = [piece];
      parts.forEach(function (word) { if (out.indexOf(word) < 0) out.push(word); });
    });
    var long = out.filter(function (word) { return !single(word); });
    return (long.length ? long : out.slice(0, 1)).slice(0, 6);
  }
  // The singular of a word that looks like an English plural.
  function singular(word) {
    if (word.length < 4 || !/[a-z]s$/.test(word) || /(ss|us|is)$/.test(word)) return "";
    if (/ies$/.test(word)) return word.slice(0, -3) + "y";
    if (/(x|ch|sh|ss)es$/.test(word)) return word.slice(0, -2);
    return word.slice(0, -1);
  }

  // Loading. Each file is a call of `milepostSearch(name, version, value)`.
  var values = {}, loading = {}, version = "", fresh = false, fetched = 0;
  window.milepostSearch = function (name, from, value) {
    if (typeof name === "string") values[name] = { version: from, value: value };
  };
  function load(name) {
    if (loading[name]) return loading[name];
    loading[name] = new Promise(function (done, failed) {
      var node = document.createElement("script");
      node.src = root + "search/" + name + ".js" + (name === "index" ? (fresh ? "?" + Date.now() : "") : "?" + version);
      node.onload = function () {
        node.remove();
        fetched += 1;
        var got = values[name];
        delete values[name];
        if (!got) return failed(new Error(name));
        if (name === "index") version = got.version;
        else if (got.version !== version) return failed(Object.assign(new Error(name), { stale: true }));
        done(got.value);
      };
      node.onerror = function () { node.remove(); failed(new Error(name)); };
      document.head.appendChild(node);
    });
    loading[name].catch(function () { delete loading[name]; });
    return loading[name];
  }

  // Numbers and lists as `src/site/search/shards.rs` writes them.
  var DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  var digit = {};
  for (var n = 0; n < 64; n += 1) digit[DIGITS[n]] = n;
  function numbers(text, from) {
    var at = from || 0;
    return {
      more: function () { return at < text.length; },
      next: function () {
        var value = 0, scale = 1, five;
        do {
          five = digit[text[at]];
          at += 1;
          value += (five & 31) * scale;
          scale *= 32;
        } while (five & 32);
        return value;
      },
    };
  }
  function each(list, sections, take) {
    if (!list) return;
    if (list[0] === "*") {
      for (var at = 1; at < list.length; at += 1) {
        var six = digit[list[at]];
        for (var bit = 0; bit < 6; bit += 1) if (six & (1 << bit)) take((at - 1) * 6 + bit, 0);
      }
      return;
    }
    var read = numbers(list, 1), entry = 0;
    while (read.more()) {
      entry += read.next();
      take(entry, sections ? read.next() : 0);
    }
  }

  // The index, made ready once.
  function ready(raw) {
    var count = raw.entries, run = numbers(raw.runs), day = numbers(raw.dates);
    var index = {
      count: count, limit: raw.limit, kinds: raw.kinds, health: raw.health, programmes: raw.programmes,
      records: raw.records, project: new Int32Array(count), kind: new Uint16Array(count), day: new Int32Array(count),
      names: raw.names ? raw.names.split(" ") : [], texts: raw.texts ? raw.texts.split(" ") : [],
      projects: raw.projects.map(function (p) {
        return { title: p[0], id: p[1], phase: p[2], health: p[3], programme: p[4], words: words(p[0] + " " + p[1]) };
      }),
      kindWords: raw.kinds.map(words),
    };
    var entry = 0;
    while (run.more()) {
      var project = run.next() - 1, kind = run.next(), length = run.next(), dated = run.next(), last = 0;
      for (var i = 0; i < length && entry < count; i += 1, entry += 1) {
        index.project[entry] = project;
        index.kind[entry] = kind;
        if (i < dated) {
          last = i ? last - day.next() : day.next();
          index.day[entry] = last;
        } else index.day[entry] = -1;
      }
    }
    return index;
  }
  var prepared;
  function index() {
    if (!prepared) prepared = load("index").then(ready);
    prepared.catch(function () { prepared = null; });
    return prepared;
  }

  // The pieces in which words that begin with `word` stand.
  function pieces(first, word, most) {
    var at = 0;
    while (at + 1 < first.length && first[at + 1] <= word) at += 1;
    var found = first.length ? [at] : [];
    for (at += 1; at < first.length && first[at].indexOf(word) === 0; at += 1) {
      if (found.length >= most) { found.cut = true; break; }
      found.push(at);
    }
    return found;
  }
  function lines(text, take) {
    var before = "";
    text.split("!").forEach(function (line) {
      if (!line) return;
      var parts = line.split(" ");
      before = before.slice(0, digit[line[0]]) + parts[0].slice(1);
      take(before, parts[1], parts[2]);
    });
  }

  // Which pieces of the index the words of a query need: of each word those
  // with the word itself, then, while there is room, its singular and the
  // pieces where longer words stand, for the last word first.
  var ROOM = 12;
  function plan(index, list, open) {
    var room = ROOM, plans = list.map(function (word, at) {
      var last = open && at === list.length - 1;
      var short = word.length < 3 && last && !ANY_UNSPACED.test(word);
      var one = { word: word, one: singular(word), cut: false, parts: [] };
      [["n", index.names, false], ["b", index.texts, short]].forEach(function (family) {
        var all = pieces(family[1], word, family[2] ? 1 : 8);
        one.parts.push({ letter: family[0], exact: family[2], numbers: all.slice(0, 1), more: family[2] ? [] : all.slice(1), cut: Boolean(all.cut) && !family[2] });
        room -= Math.min(all.length, 1);
        if (one.one) pieces(family[1], one.one, 1).forEach(function (number) {
          var part = one.parts[one.parts.length - 1];
          if (part.numbers.indexOf(number) >= 0 || room <= (list.length - 1 - at) * 2) return;
          part.numbers.push(number);
          room -= 1;
        });
      });
      return one;
    });
    plans.slice().reverse().forEach(function (one) {
      one.parts.forEach(function (part) {
        var taken = part.more.slice(0, Math.max(0, Math.min(room, 3)));
        room -= taken.length;
        part.numbers = part.numbers.concat(taken);
        one.cut = one.cut || part.cut || taken.length < part.more.length;
      });
    });
    return plans;
  }

  // What one word finds: for each entry how well, and in which section.
  function search(index, plan) {
    var word = plan.word, one = plan.one, jobs = [];
    var score = new Uint16Array(index.count), section = new Uint16Array(index.count);
    function put(entry, points, place) {
      if (entry >= index.count || points <= score[entry]) return;
      score[entry] = points;
      section[entry] = place;
    }
    plan.parts.forEach(function (part) {
      var texts = part.letter === "b";
      var weights = texts ? [[30, 6], [24, 4]] : [[1000, 200], [400, 150]];
      part.numbers.forEach(function (at) {
        jobs.push(load(part.letter + at).then(function (text) {
          lines(text, function (term, a, b) {
            var same = term === word || (one && term === one);
            if (!same && (part.exact || term.indexOf(word) !== 0)) return;
            var w = same ? weights[0] : weights[1];
            each(a, texts, function (entry, place) { put(entry, w[0], place); });
            each(b, texts, function (entry, place) {
              put(entry, w[1] + (!texts && index.kinds[index.kind[entry]] === "Project" ? 100 : 0), place);
            });
          });
        }));
      });
    });
    return Promise.all(jobs).then(function () {
      if (word.length > 2) {
        var begins = function (own) { return own.some(function (w) { return w.indexOf(word) === 0 || (one && w === one); }); };
        var kinds = index.kindWords.map(begins);
        var projects = index.projects.map(function (p) { return begins(p.words); });
        for (var entry = 0; entry < index.count; entry += 1) {
          if (kinds[index.kind[entry]]) put(entry, 60, 0);
          if (projects[index.project[entry]]) put(entry, 10, 0);
        }
      }
      return { score: score, section: section, cut: plan.cut };
    });
  }

  // All entries that hold every word, best first.
  function find(query) {
    var list = asked(query);
    return index().then(function (index) {
      var none = { index: index, words: list, hits: [], cut: false };
      if (!list.length) return none;
      var open = !/[\s,;:]$/.test(query);
      return Promise.all(plan(index, list, open).map(function (one) { return search(index, one); })).then(function (found) {
        var hits = [];
        for (var entry = 0; entry < index.count; entry += 1) {
          var points = 0, place = 0, best = 0, all = true;
          for (var at = 0; at < found.length; at += 1) {
            var own = found[at].score[entry];
            if (!own) { all = false; break; }
            points += own;
            if (found[at].section[entry] && own > best && own < 60) { best = own; place = found[at].section[entry]; }
            // A name that is hit leads to the page, not into it.
            if (own >= 100) { place = 0; best = 60; }
          }
          if (all) hits.push({ entry: entry, points: points, section: place });
        }
        hits.sort(function (a, b) {
          return b.points - a.points || index.day[b.entry] - index.day[a.entry] || a.entry - b.entry;
        });
        none.hits = hits;
        none.cut = found.some(function (f) { return f.cut; });
        return none;
      });
    }).catch(function (error) {
      // The site was published anew while this page was open.
      if (!error.stale || fresh) throw error;
      fresh = true;
      loading = {};
      prepared = null;
      return find(query);
    });
  }

  // What is shown of some hits.
  function show(result, hits) {
    var index = result.index;
    return Promise.all(hits.map(function (hit) {
      return load("r" + Math.floor(hit.entry / index.records)).then(function (chunk) {
        var record = chunk[2][hit.entry % index.records];
        var headings = record[7] === undefined || record[7] === null ? [] : chunk[1][record[7]];
        var section = hit.section ? headings.slice(hit.section * 2 - 2, hit.section * 2) : [];
        var fragment = record[4] || section[1] || "";
        var project = index.projects[index.project[hit.entry]];
        return {
          hit: hit,
          title: record[0],
          id: record[1] || "",
          href: root + chunk[0][record[2] || 0] + record[3] + (fragment ? "#" + fragment : ""),
          health: record[5] === undefined || record[5] === null ? null : index.health[record[5]],
          lead: record[6] || "",
          section: section[1] ? section[0] : "",
          kind: index.kinds[index.kind[hit.entry]],
          project: project ? project.title : "",
          date: index.day[hit.entry] < 0 ? "" : new Date(index.day[hit.entry] * 86400000).toISOString().slice(0, 10),
        };
      });
    })).then(function (shown) {
      var day = function (s) { return index.day[s.hit.entry]; };
      return shown.sort(function (a, b) {
        return b.hit.points - a.hit.points || day(b) - day(a) || a.title.localeCompare(b.title, document.documentElement.lang || "en", { numeric: true });
      });
    });
  }

  window.milepostSearch.find = find;
  window.milepostSearch.show = show;
  window.milepostSearch.begin = index;
  window.milepostSearch.words = words;
  window.milepostSearch.fold = fold;
  window.milepostSearch.piece = PIECE;
  window.milepostSearch.root = root;
})();
