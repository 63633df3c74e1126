// Follows the city: swaps the sections of the page that changed. Without it the page reads just as well, once.
"use strict";

const live = document.getElementById("live");

function foldedAndNot(place) {
  return Array.from(place.querySelectorAll("details[id]"), (item) => [item.id, item.open]);
}

// A link of the map, or any other, is known again by where it leads.
function keyOf(element) {
  const link = element && element.closest("a[href]");
  return link && `a[href="${CSS.escape(link.getAttribute("href"))}"]${link.dataset.key ? `[data-key="${CSS.escape(link.dataset.key)}"]` : ""}`;
}

function swap(place, digest, html) {
  const details = foldedAndNot(place);
  const focused = place.contains(document.activeElement) ? document.activeElement : null;
  const key = keyOf(focused);
  const focusedIn = !key && focused && (focused.closest("details[id]") || {}).id;
  place.innerHTML = html;
  place.dataset.digest = digest;
  for (const [id, open] of details) {
    const item = document.getElementById(id);
    if (item) item.open = open;
  }
  const link = key && place.querySelector(key);
  if (link) link.focus({ preventScroll: true });
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
