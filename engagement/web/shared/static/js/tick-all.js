// One box that ticks all boxes of the list; without this they are ticked one by one.
for (const form of document.querySelectorAll("form[data-tick-all]")) {
  const boxes = [...form.querySelectorAll("input[name=chosen]")];
  if (boxes.length < 2) continue;
  const all = document.createElement("input");
  const label = document.createElement("label");
  const frame = document.createElement("div");
  Object.assign(all, { type: "checkbox", id: "tick-all", className: "kern-form-check__checkbox" });
  Object.assign(label, { htmlFor: "tick-all", className: "kern-label", textContent: form.dataset.tickAll });
  frame.className = "kern-form-check tick-all";
  frame.append(all, label);
  form.prepend(frame);
  const look = () => { all.checked = boxes.every((box) => box.checked); };
  all.addEventListener("change", () => { for (const box of boxes) box.checked = all.checked; });
  form.addEventListener("change", (event) => { if (event.target !== all) look(); });
}
