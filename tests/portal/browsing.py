"""Looks at pages in a Chromium and prints what was found, as JSON.

A program of its own: the tests' process has green threads, which Playwright does not know.
"""

import json
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking"]
FOUND = """async () => {
  const told = await axe.run(document, {resultTypes: ["violations"]});
  return told.violations.map((item) => ({
    rule: item.id, impact: item.impact, help: item.help,
    nodes: item.nodes.slice(0, 3).map((node) => `${node.target.join(" ")}: ${node.failureSummary}`),
  }));
}"""
SCRIPTED = "() => typeof swap === 'function'"
WIDE = "() => document.documentElement.scrollWidth - window.innerWidth"
# What happens to a reader when a section is renewed under the hands: [the focus stays, an opened list stays open].
RENEWED = """() => {
  const link = [...document.querySelectorAll("main [data-section] a[href]")].find((item) => item.checkVisibility());
  if (!link) return null;
  const place = link.closest("[data-section]"), where = link.getAttribute("href"), key = link.dataset.key;
  const list = place.querySelector("details[id]");
  if (list) list.open = !list.open;
  const wanted = list && [list.id, list.open];
  link.focus();
  swap(place, "another", place.innerHTML);
  const now = document.activeElement, after = wanted && document.getElementById(wanted[0]);
  const same = now !== link && now.getAttribute("href") === where && now.dataset.key === key;
  return [same, !wanted || after.open === wanted[1]];
}"""


def look(browser, axe, site, path, size):
    """One page at one size."""
    context = browser.new_context(viewport={"width": size[0], "height": size[1]}, reduced_motion="reduce")
    page, said, asked = context.new_page(), [], []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{site}{path}", wait_until="load")
    page.evaluate(axe)
    found = {"path": path, "size": size, "console": list(said), "overflow": page.evaluate(WIDE)}
    found["violations"] = page.evaluate(FOUND)
    found["renewed"] = page.evaluate(RENEWED) if page.evaluate(SCRIPTED) else None
    found["elsewhere"] = [url for url in asked if not url.startswith(site)]
    context.close()
    return found


def main(chromium, axe, wanted):
    told = json.loads(wanted)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        source = Path(axe).read_text(encoding="utf-8")
        found = [look(browser, source, told["site"], *item) for item in told["pages"]]
        browser.close()
    print(json.dumps(found))  # noqa: T201


if __name__ == "__main__":
    main(*sys.argv[1:])
