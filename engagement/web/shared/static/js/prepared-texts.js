// Puts a prepared text into its field beside what is written there; without this the link opens the page with the text.
for (const box of document.querySelectorAll("[data-puts-into]")) {
  const field = document.getElementById(box.dataset.putsInto);
  box.addEventListener("click", (event) => {
    const link = event.target.closest("[data-text]");
    if (!link || !field) return;
    event.preventDefault();
    const written = field.value.trim();
    field.value = written ? `${written}\n\n${link.dataset.text}` : link.dataset.text;
    field.focus();
  });
}
