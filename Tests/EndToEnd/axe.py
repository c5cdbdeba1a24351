"""Runs axe-core (https://github.com/dequelabs/axe-core), which finds accessibility problems."""

import importlib.resources
import json
import urllib.parse


class Axe:
    """Checks documents from another tab in which scripts are not allowed."""

    def __init__(self, page):
        self.page = page
        source = importlib.resources.files("axe_playwright_python") / "axe.min.js"
        self.source = source.read_text()
        self.document = None
        # The document as it was shown, with style sheets from the original address.
        page.route("**/*", self.answer)

    def answer(self, route):
        if route.request.is_navigation_request() and route.request.frame == self.page.main_frame:
            route.fulfill(body=self.document, content_type="text/html; charset=utf-8")
        elif route.request.resource_type == "stylesheet":
            route.continue_()
        else:
            route.abort()

    def judge(self, sights):
        """Returns a line for each problem in documents, given as name, address and text."""
        return [line for sight in sights for line in self.look(*sight)]

    def look(self, name, address, text):
        self.document = text
        self.page.goto(address)
        self.page.evaluate(self.source)
        options = {"iframes": False, "resultTypes": ["violations"]}
        if urllib.parse.urlsplit(address).path.endswith("/mail"):
            # An email has no landmarks. It is shown inside a page that has them.
            options["runOnly"] = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
        found = self.page.evaluate(f"axe.run(document, {json.dumps(options)})")
        return [
            f"{name}: {fault['id']}: {node['html'][:200]}"
            for fault in found["violations"] for node in fault["nodes"][:3]
        ]
