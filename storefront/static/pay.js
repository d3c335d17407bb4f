// Stripe's own card form; the card never touches this page's server.
"use strict";

const form = document.getElementById("payment");
const message = document.getElementById("payment-message");
const button = form.querySelector("button");
const stripe = Stripe(form.dataset.key);
const elements = stripe.elements({ clientSecret: form.dataset.secret });
const card = elements.create("payment");
card.on("ready", () => { button.disabled = false; });
card.mount("#card");

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  button.disabled = true;
  message.textContent = "";
  const { error } = await stripe.confirmPayment({ elements, confirmParams: { return_url: form.dataset.return } });
  message.textContent = error ? error.message : "";
  button.disabled = false;
});
