// A security key is asked by the browser; its answer travels in the form.
"use strict";

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-webauthn]");
  if (!button) return;
  const form = button.form;
  const failed = form.querySelector("[data-failed]");
  failed.hidden = true;
  try {
    const options = JSON.parse(form.dataset.options);
    const answer = await window.webauthnJSON[button.dataset.webauthn](options);
    form.elements.credential.value = JSON.stringify(answer);
    form.submit();
  } catch {
    failed.hidden = false;
  }
});
