// Passing an offer on: the device's own sheet where there is one, and a button that copies the address. The plain links beside
// them work without.
"use strict";

const list = document.querySelector("[data-share]");
const { address, title } = list.dataset;
const done = document.querySelector("[data-share-done]");

const offer = (selector, act) => {
  const button = list.querySelector(selector);
  button.closest("li").hidden = false;
  button.addEventListener("click", act);
};

if (navigator.share) offer("[data-share-native]", () => navigator.share({ title, url: address }).catch(() => {}));
if (navigator.clipboard) {
  offer("[data-share-copy]", async () => {
    await navigator.clipboard.writeText(address);
    done.hidden = false;
  });
}
