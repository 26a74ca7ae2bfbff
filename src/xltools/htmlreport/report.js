(function () {
  "use strict";
  var data = JSON.parse(document.getElementById("data").textContent);
  var SVG = "http://www.w3.org/2000/svg";
  var MOST_BARS = 40, MOST_OPENED = 200, TYPING_PAUSE = 120, SHORT_DIGEST = 12, LABEL_CHARACTERS = 14;
  document.documentElement.className = "js";

  function byId(id) { return document.getElementById(id); }
  function all(selector, within) { return Array.prototype.slice.call((within || document).querySelectorAll(selector)); }

  // Text only ever enters the page as text, never as markup.
  function element(name, className, text) {
    var made = document.createElement(name);
    if (className) { made.className = className; }
    if (text !== undefined) { made.textContent = text; }
    return made;
  }

  function drawn(name, attributes, text) {
    var made = document.createElementNS(SVG, name);
    Object.keys(attributes).forEach(function (key) { made.setAttribute(key, attributes[key]); });
    if (text !== undefined) { made.textContent = text; }
    return made;
  }

  function figure(value) {
    if (value === null || value === undefined) { return "—"; }
    var parts = String(value).split(".");
    parts[0] = parts[0].replace(/\B(?=(\d{3})+$)/g, ",");
    return parts.join(".");
  }

  function plain(text) { return text.normalize("NFKC").toLowerCase(); }

  // ---- findings ----

  var form = byId("filters");
  var kinds = all("#kinds tr").map(function (row) {
    return {
      code: row.cells[0].textContent, title: row.cells[1].textContent, advice: row.cells[2].textContent,
      should: row.getAttribute("data-should"), present: row.getAttribute("data-present"),
      expectedAt: Number(row.getAttribute("data-e")), actualAt: Number(row.getAttribute("data-a"))
    };
  });
  var groups = all("details.group").map(function (node) {
    var parts = all("div[data-state]", node).map(function (part) {
      return { node: part, state: part.getAttribute("data-state"), entries: all("li[data-k]", part) };
    });
    return { node: node, id: node.id, parts: parts, complete: false };
  });
  var texts = new Map();

  function kindOf(entry) { return kinds[entry.getAttribute("data-k")]; }
  function spotsOf(entry) { var listed = all(".spots li", entry); return listed.length ? listed : [entry]; }
  function nameOf(spot) { var about = data.indicators[spot.getAttribute("data-i")]; return about ? about[0] : ""; }

  function textOf(group, part, entry) {
    if (!texts.has(entry)) {
      var kind = kindOf(entry), head = all("summary, .where", group.node).concat([part.node.firstChild, entry]);
      texts.set(entry, plain(head.map(function (node) { return node.textContent; })
        .concat(spotsOf(entry).map(nameOf), [kind.code, kind.title, kind.advice]).join(" ")));
    }
    return texts.get(entry);
  }

  // What many entries say alike stands in the file once: it is put into those that somebody looks at.
  function complete(group) {
    if (group.complete) { return; }
    group.complete = true;
    group.parts.forEach(function (part) { part.entries.forEach(completeEntry); });
  }

  function completeEntry(entry) {
    var kind = kindOf(entry);
    spotsOf(entry).forEach(function (spot) { completeSpot(spot, kind); });
    var advice = element("p", "advice");
    advice.appendChild(element("span", "code", kind.code));
    advice.appendChild(document.createTextNode(" " + kind.title + "。" + kind.advice));
    entry.appendChild(advice);
  }

  function completeSpot(spot, kind) {
    var place = spot.querySelector("i"), name = nameOf(spot);
    var expected = compared(spot, "data-e", kind.expectedAt), actual = compared(spot, "data-a", kind.actualAt);
    var said = [expected ? kind.should + " " + expected : "", actual ? kind.present + " " + actual : ""];
    if (!actual && expected) { said[1] = kind.present; }
    said = said.filter(Boolean).join(",");
    if (!name && !said) { return; }
    if (!place) { place = spot.insertBefore(element("i"), spot.childNodes[1] || null); }
    if (name) { place.appendChild(element("span", "name", " " + name + " ")); }
    if (said) { place.appendChild(element("span", "pair", said)); }
  }

  // Most figures compared stand in the message already; they are not in the file a second time.
  function compared(spot, attribute, at) {
    var said = spot.getAttribute(attribute);
    if (said !== null || at < 0 || !spot.hasAttribute("data-k")) { return said; }
    return (spot.firstChild.textContent.match(/-?[0-9]+(?:\.[0-9]+)?/g) || [])[at] || null;
  }

  function filter() {
    var states = all("input[name=state]", form).filter(function (box) { return box.checked; })
      .map(function (box) { return box.value; });
    var unit = form.elements.unit.value, code = form.elements.code.value;
    var words = plain(form.elements.words.value).split(/\s+/).filter(Boolean);
    var seen = [], total = [], left = [];
    groups.forEach(function (group) {
      var before = seen.length;
      group.parts.forEach(function (part) {
        var inPart = seen.length;
        part.entries.forEach(function (entry) {
          var fits = (!unit || unit === group.id) && (!code || code === kindOf(entry).code) &&
            states.indexOf(part.state) >= 0 &&
            words.every(function (word) { return textOf(group, part, entry).indexOf(word) >= 0; });
          if (entry.hidden === fits) { entry.hidden = !fits; }
          if (fits) { seen.push(entry); }
          total.push(entry);
        });
        part.node.hidden = seen.length === inPart;
      });
      group.node.hidden = seen.length === before;
      if (seen.length > before) { left.push(group.node); }
    });
    if (seen.length < total.length && seen.length <= MOST_OPENED) { left.forEach(function (node) { node.open = true; }); }
    byId("count").textContent = seen.length === total.length ? "共 " + counted(total) :
      seen.length ? "筛选后 " + counted(seen) + ",共 " + counted(total) : "没有符合条件的,共 " + counted(total);
  }

  // An entry may speak of many cells: the findings counted elsewhere are those cells.
  function counted(entries) {
    var places = entries.reduce(function (sum, entry) { return sum + spotsOf(entry).length; }, 0);
    return entries.length + " 条" + (places > entries.length ? "(" + places + " 处)" : "");
  }

  function showUnit(id) {
    form.reset();
    form.elements.unit.value = id;
    filter();
    var node = byId(id);
    groups.filter(function (group) { return group.id === id; }).forEach(complete);
    node.open = true;
    node.scrollIntoView();
    node.querySelector("summary").focus({ preventScroll: true });
  }

  function startFilters() {
    if (!form) { return; }
    var pause = 0;
    form.addEventListener("input", function () { clearTimeout(pause); pause = setTimeout(filter, TYPING_PAUSE); });
    form.addEventListener("change", filter);
    form.addEventListener("submit", function (event) { event.preventDefault(); filter(); });
    form.addEventListener("reset", function () { setTimeout(filter, 0); });
    groups.forEach(function (group) {
      if (group.node.open) { complete(group); }
      group.node.addEventListener("toggle", function () { if (group.node.open) { complete(group); } });
    });
    all("a[data-unit]").forEach(function (link) {
      link.addEventListener("click", function (event) {
        event.preventDefault();
        showUnit(link.getAttribute("data-unit"));
      });
    });
    filter();
  }

  // ---- totals and their sources ----

  var panel = byId("sources"), opened = null;

  function contributions(indicator, scope) {
    var found = [];
    data.units.forEach(function (unit, n) {
      if (scope === 0 || unit[1] === scope) {
        found.push({
          name: unit[0], value: data.values[n][indicator], path: unit[2], digest: unit[3], sheet: unit[4],
          cell: indicator in unit[5] ? unit[5][indicator] : data.indicators[indicator][4]
        });
      }
    });
    return found;
  }

  function howPutTogether(aggregate, total, units, filled) {
    var apart = total === null ? "这个指标不相加" : "由它各项的合计数算出,不是各单位之和";
    var rule = { sum: "各单位之和", max: "各单位中最大的", none: apart }[aggregate];
    return rule + ";" + units + " 个单位,其中 " + filled + " 个填了数";
  }

  function shareCell(value, whole) {
    var cell = element("td", "share");
    if (!whole || value === null) { return cell; }
    var share = Math.abs(Number(value)) / whole;
    var bar = drawn("svg", { viewBox: "0 0 60 10", "aria-hidden": "true" });
    bar.appendChild(drawn("rect", {
      x: 0, y: 0, height: 10, width: Math.min(60, 60 * share).toFixed(2), "class": Number(value) < 0 ? "minus" : "plus"
    }));
    cell.appendChild(bar);
    cell.appendChild(document.createTextNode((100 * share).toFixed(1) + "%"));
    return cell;
  }

  function sourceRow(part, whole) {
    var row = element("tr"), head = element("th");
    head.scope = "row";
    head.appendChild(element("bdi", "", part.name));
    row.appendChild(head);
    row.appendChild(element("td", "num", figure(part.value)));
    row.appendChild(shareCell(part.value, whole));
    var from = element("td", "from");
    from.appendChild(element("bdi", "path", part.path));
    from.appendChild(document.createTextNode(" "));
    from.appendChild(element("span", "place", part.cell ? part.sheet + "!" + part.cell : part.sheet));
    var digest = element("span", "digest", part.digest.slice(0, SHORT_DIGEST));
    digest.title = "SHA-256 " + part.digest;
    from.appendChild(digest);
    row.appendChild(from);
    return row;
  }

  function openSources(button) {
    var cell = button.parentNode;
    var indicator = Number(cell.getAttribute("data-i")), scope = Number(cell.getAttribute("data-s"));
    var about = data.indicators[indicator], parts = contributions(indicator, scope);
    var filled = parts.filter(function (part) { return part.value !== null; });
    var whole = filled.reduce(function (sum, part) { return sum + Math.abs(Number(part.value)); }, 0);
    filled.sort(function (a, b) { return Number(b.value) - Number(a.value); });
    byId("sources-title").textContent = about[1] || about[0];
    var summary = byId("sources-total");
    summary.textContent = data.scopes[scope] + " ";
    summary.appendChild(element("b", "", figure(data.totals[indicator][scope])));
    summary.appendChild(document.createTextNode(" " + about[2] + "(" + howPutTogether(about[3], data.totals[indicator][scope], parts.length, filled.length) + ")"));
    var rows = document.createDocumentFragment();
    filled.forEach(function (part) { rows.appendChild(sourceRow(part, about[3] === "sum" ? whole : 0)); });
    byId("sources-rows").textContent = "";
    byId("sources-rows").appendChild(rows);
    var blank = parts.filter(function (part) { return part.value === null; });
    byId("sources-blank").textContent = blank.length ?
      "没有填的单位:" + blank.map(function (part) { return part.name; }).join("、") + "。" : "";
    if (opened) { opened.setAttribute("aria-expanded", "false"); }
    opened = button;
    button.setAttribute("aria-expanded", "true");
    panel.hidden = false;
    panel.scrollTop = 0;
    document.body.className = "with-sources";
    byId("sources-title").focus({ preventScroll: true });
    compare(indicator);
  }

  function closeSources() {
    if (!opened) { return; }
    panel.hidden = true;
    document.body.className = "";
    opened.setAttribute("aria-expanded", "false");
    opened.focus();
    opened = null;
  }

  function label(cell) {
    var about = data.indicators[cell.getAttribute("data-i")];
    return (about[1] || about[0]) + "," + data.scopes[cell.getAttribute("data-s")] + ":" + cell.textContent + ",看出处";
  }

  function startTotals() {
    var cells = all("td[data-i]");
    cells.forEach(function (cell) {
      var button = element("button", "", cell.textContent);
      button.type = "button";
      button.setAttribute("aria-label", label(cell));
      button.setAttribute("aria-expanded", "false");
      button.setAttribute("aria-controls", "sources");
      cell.textContent = "";
      cell.appendChild(button);
    });
    byId("totals").addEventListener("click", function (event) {
      var button = event.target.closest("button");
      if (!button) { return; }
      if (button.hasAttribute("data-scope")) { chooseScope(Number(button.getAttribute("data-scope"))); return; }
      if (button === opened) { closeSources(); } else { openSources(button); }
    });
    byId("close").addEventListener("click", closeSources);
    document.addEventListener("keydown", function (event) {
      if (event.key === "Escape") { closeSources(); }
    });
  }

  function chooseScope(scope) {
    closeSources();
    all("button[data-scope]").forEach(function (button) {
      button.setAttribute("aria-pressed", String(Number(button.getAttribute("data-scope")) === scope));
    });
    all("table.matrix td[data-i]").forEach(function (cell) {
      cell.setAttribute("data-s", scope);
      var button = cell.firstChild;
      button.textContent = figure(data.totals[cell.getAttribute("data-i")][scope]);
      button.setAttribute("aria-label", label(cell));
    });
  }

  // ---- comparison of the units ----

  var chosen = byId("compared"), order = byId("order");

  function compare(indicator) {
    chosen.value = String(indicator);
    var about = data.indicators[indicator];
    var parts = contributions(indicator, 0).filter(function (part) { return part.value !== null; });
    if (order.value === "size") { parts.sort(function (a, b) { return Number(b.value) - Number(a.value); }); }
    var rest = parts.slice(MOST_BARS);
    parts = parts.slice(0, MOST_BARS);
    byId("chart-title").textContent = (about[1] || about[0]) + (about[2] ? "(" + about[2] + ")" : "") +
      (rest.length ? ":前 " + MOST_BARS + " 个单位,其余 " + rest.length + " 个未画出" : "");
    var chart = byId("chart");
    chart.textContent = "";
    chart.appendChild(parts.length ? bars(parts) : element("p", "none", "没有单位填这个指标。"));
  }

  function bars(parts) {
    var step = 24, left = 210, width = 900, room = width - left - 110;
    var values = parts.map(function (part) { return Number(part.value); });
    var largest = Math.max.apply(null, values.map(Math.abs).concat([Number.MIN_VALUE]));
    var picture = drawn("svg", {
      viewBox: "0 0 " + width + " " + (step * parts.length + 8), role: "img", "aria-labelledby": "chart-title"
    });
    parts.forEach(function (part, n) {
      var middle = 4 + step * n + step / 2, length = Math.abs(values[n]) / largest * room;
      var name = part.name.length > LABEL_CHARACTERS ? part.name.slice(0, LABEL_CHARACTERS) + "…" : part.name;
      var group = drawn("g", {});
      group.appendChild(drawn("title", {}, part.name + " " + figure(part.value)));
      group.appendChild(drawn("text", { x: left - 10, y: middle + 4.5, "text-anchor": "end" }, name));
      group.appendChild(drawn("rect", {
        x: left, y: middle - 8, width: Math.max(length, values[n] ? 1 : 0).toFixed(2), height: 16
      }));
      group.appendChild(drawn("text", { x: left + length + 8, y: middle + 4.5 }, figure(part.value)));
      picture.appendChild(group);
    });
    picture.appendChild(drawn("line", { "class": "axis", x1: left, x2: left, y1: 0, y2: step * parts.length + 8 }));
    return picture;
  }

  function startComparison() {
    data.indicators.forEach(function (about, n) {
      var option = element("option", "", about[1] || about[0]);
      option.value = n;
      chosen.appendChild(option);
    });
    function again() { compare(Number(chosen.value)); }
    chosen.addEventListener("change", again);
    order.addEventListener("change", again);
    var filled = data.totals.findIndex(function (totals) { return totals[0] !== null; });
    if (data.indicators.length) { compare(Math.max(filled, 0)); }
  }

  // Paper has no triangles to click: everything closed is opened for printing and closed again.
  function startPrinting() {
    var closed = [];
    window.addEventListener("beforeprint", function () {
      groups.forEach(complete);
      closed = all("details").filter(function (node) { return !node.open; });
      closed.forEach(function (node) { node.open = true; });
    });
    window.addEventListener("afterprint", function () { closed.forEach(function (node) { node.open = false; }); });
  }

  startFilters();
  startTotals();
  startComparison();
  startPrinting();
  document.documentElement.setAttribute("data-ready", "");
})();
