// A file that is dropped anywhere on a page with a form for it is sent by that form, as if it had been chosen there.
// Without this the browser would open the file; on a field for a file it does by itself what people mean.

for (const step of ["dragover", "drop"]) document.addEventListener(step, take);

function take(event) {
  // In Firefox the target may be a text, which has no `closest`.
  const field = document.querySelector("input[data-drop]");
  if (!field || event.target.closest?.("input[type=file]:not([data-drop])")) return;
  event.preventDefault();
  const [file, another] = event.dataTransfer.files;
  if (event.type !== "drop" || !file || another) return;
  field.files = event.dataTransfer.files;
  field.form.requestSubmit();
}
