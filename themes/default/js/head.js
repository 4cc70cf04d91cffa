// Runs before the first paint: the reader's colour scheme, if one was chosen.
(function () {
  "use strict";
  try {
    var theme = localStorage.getItem("milepost-theme");
    if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
  } catch (error) { /* storage may be off */ }
  document.documentElement.classList.add("js");
})();
