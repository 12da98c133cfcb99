// Shows only what applies to the chosen kind of place and time, and tells of a picture that is too large before it is
// sent. The form works without.
"use strict";

for (const part of document.querySelectorAll("[data-when]")) {
  const [name, words] = part.dataset.when.split("=");
  const buttons = document.querySelectorAll(`input[name="${name}"]`);
  const update = () => {
    const chosen = [...buttons].find((button) => button.checked);
    part.hidden = Boolean(chosen) && !words.split(" ").includes(chosen.value) && !part.querySelector(".kern-error");
  };
  buttons.forEach((button) => button.addEventListener("change", update));
  update();
}

for (const field of document.querySelectorAll("input[data-most-megabytes]")) {
  field.addEventListener("change", () => {
    const tooLarge = field.files.length > 0 && field.files[0].size > field.dataset.mostMegabytes * 1024 * 1024;
    field.setCustomValidity(tooLarge ? field.dataset.tooLarge : "");
    field.reportValidity();
    if (tooLarge) field.value = "";
  });
}
