// Shows the draft of a look while it is being changed: the form is sent as its preview button would send it, without the
// files, and what depends on it is taken from the answer. The page works without.
"use strict";

const form = document.querySelector("form[data-live]");
const PAUSE = 250;
let latest = 0;
let timer = 0;

const couple = (name) => {
  const [text, picker] = [form.elements[`${name}_colour`], form.elements[`${name}_picker`]];
  picker.addEventListener("input", () => { text.value = picker.value; });
  text.addEventListener("input", () => { if (/^#[0-9a-f]{6}$/i.test(text.value)) picker.value = text.value; });
};

const take = (page) => {
  for (const part of document.querySelectorAll("[data-refreshed]")) {
    const fresh = page.getElementById(part.id);
    const open = part.querySelector("details")?.open;
    if (!fresh) continue;
    part.replaceChildren(...fresh.childNodes);
    if (open) part.querySelector("details").open = true;
  }
  document.getElementById("draft-theme").href = page.getElementById("draft-theme").getAttribute("href");
};

const refresh = async () => {
  const mine = ++latest;
  const sent = new FormData(form);
  for (const [name, value] of [...sent]) if (value instanceof File) sent.delete(name);
  sent.set("do", "preview");
  const answer = await fetch(form.action, { method: "POST", body: sent }).catch(() => null);
  if (!answer?.ok || mine !== latest) return;
  take(new DOMParser().parseFromString(await answer.text(), "text/html"));
};

["brand", "accent"].forEach(couple);
form.addEventListener("input", (event) => {
  if (event.target.type === "file") return;
  clearTimeout(timer);
  timer = setTimeout(refresh, PAUSE);
});
