// Follows the city: swaps the sections of the page that changed. Without it the page reads just as well, once.
"use strict";

const live = document.getElementById("live");

function openDetails(place) {
  return new Set(Array.from(place.querySelectorAll("details[open][id]"), (item) => item.id));
}

function swap(place, digest, html) {
  const open = openDetails(place);
  const focused = place.contains(document.activeElement) ? document.activeElement : null;
  const focusedIn = focused && (focused.closest("details[id]") || {}).id;
  place.innerHTML = html;
  place.dataset.digest = digest;
  for (const id of open) {
    const item = document.getElementById(id);
    if (item) item.open = true;
  }
  const again = focusedIn && document.getElementById(focusedIn);
  if (again) again.querySelector("summary").focus({ preventScroll: true });
}

function take(event) {
  for (const [name, [digest, html]] of Object.entries(JSON.parse(event.data))) {
    const place = document.querySelector(`[data-section="${name}"]`);
    if (place && place.dataset.digest !== digest) swap(place, digest, html);
  }
}

function tell(isLive) {
  live.textContent = isLive ? live.dataset.live : live.dataset.reconnecting;
  live.classList.toggle("is-live", isLive);
}

const events = new EventSource(document.documentElement.dataset.events);
events.addEventListener("open", () => tell(true));
events.addEventListener("error", () => tell(false));
events.addEventListener("sections", take);
