// A passkey is made and used in the browser's own dialogue; its answer rides in the form as any other field.
"use strict";

const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
const known = (keys) => (keys ?? []).map((key) => ({ ...key, id: bytes(key.id) }));

function asked(options) {
  const prepared = { ...options, challenge: bytes(options.challenge) };
  if (options.user) prepared.user = { ...options.user, id: bytes(options.user.id) };
  if (options.excludeCredentials) prepared.excludeCredentials = known(options.excludeCredentials);
  if (options.allowCredentials) prepared.allowCredentials = known(options.allowCredentials);
  return prepared;
}

function told(credential) {
  const given = credential.response;
  const response = { clientDataJSON: text(given.clientDataJSON) };
  for (const name of ["attestationObject", "authenticatorData", "signature"]) {
    if (given[name]) response[name] = text(given[name]);
  }
  // A new passkey gives its authenticatorData by a method as well; what signs gives it as a value.
  if (given.attestationObject) response.transports = given.getTransports?.() ?? [];
  return { id: credential.id, rawId: text(credential.rawId), type: credential.type, response };
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  const button = form.querySelector("button[type=submit]");
  const message = form.querySelector("[role=alert]");
  if (!button || !navigator.credentials || !window.PublicKeyCredential) continue;
  button.hidden = false;
  form.addEventListener("submit", async (event) => {
    if (form.elements.credential.value) return;
    event.preventDefault();
    message.hidden = true;
    button.disabled = true;
    try {
      const publicKey = asked(JSON.parse(form.dataset.options));
      form.elements.credential.value = JSON.stringify(told(await navigator.credentials[form.dataset.passkey]({ publicKey })));
      form.submit();
    } catch (error) {
      message.textContent = error.name === "InvalidStateError" ? "This device guards your account already." : "The browser gave no passkey. Please try again.";
      message.hidden = false;
      button.disabled = false;
    }
  });
}
