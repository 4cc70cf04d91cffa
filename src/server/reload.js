// Loads the page again when the site has changed, and shows why it could not be
// built. Served by `milepost serve` only; never part of a published site.
(function () {
  "use strict";
  var script = document.currentScript;
  var build = new URL(script.src).searchParams.get("build");
  var source = null;
  var box = null;

  function hide() {
    if (box) box.remove();
    box = null;
  }

  function show(text) {
    hide();
    box = document.createElement("div");
    box.setAttribute("role", "alert");
    var style = box.style;
    style.position = "fixed";
    style.inset = "auto 0 0 0";
    style.zIndex = "2147483647";
    style.maxHeight = "60vh";
    style.overflow = "auto";
    style.padding = "1rem";
    style.background = "#1d1d1f";
    style.color = "#ffffff";
    style.borderTop = "4px solid #ff6b5e";
    var close = document.createElement("button");
    close.type = "button";
    close.textContent = "Hide";
    close.style.cssFloat = "right";
    close.addEventListener("click", hide);
    var words = document.createElement("pre");
    words.style.margin = "0";
    words.style.whiteSpace = "pre-wrap";
    words.style.background = "none";
    words.style.color = "inherit";
    words.style.font = "14px/1.4 ui-monospace, monospace";
    words.textContent = text;
    box.append(close, words);
    document.body.append(box);
  }

  // The server was started anew: wait until it answers.
  function wait() {
    fetch("/-/reload.js", { cache: "no-store" }).then(
      function (answer) {
        if (answer.ok) location.reload();
        else setTimeout(wait, 2000);
      },
      function () {
        setTimeout(wait, 2000);
      }
    );
  }

  // Browsers allow few connections to one host: a page nobody looks at gives
  // its own back.
  function listen() {
    if (document.hidden) {
      if (source) source.close();
      source = null;
      return;
    }
    if (source) return;
    source = new EventSource("/-/reload/TOKEN");
    source.addEventListener("build", function (event) {
      if (event.data !== build) location.reload();
      else hide();
    });
    source.addEventListener("failed", function (event) {
      show(JSON.parse(event.data));
    });
    source.addEventListener("error", function () {
      if (source && source.readyState === EventSource.CLOSED) {
        document.removeEventListener("visibilitychange", listen);
        wait();
      }
    });
  }

  document.addEventListener("visibilitychange", listen);
  listen();
})();
