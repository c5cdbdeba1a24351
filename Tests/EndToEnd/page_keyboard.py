"""A user with a keyboard and without a mouse."""

import re

# The focused element, and whether its focus is visible.
FOCUS = """() => {
  const element = document.activeElement;
  const style = getComputedStyle(element);
  const label = element.labels && element.labels.length ? element.labels[0].textContent : '';
  return {
    tag: element.tagName.toLowerCase(), id: element.id, name: element.name || '',
    value: element.value === undefined ? '' : String(element.value),
    text: (label || element.textContent || '').replace(/\\s+/g, ' ').trim(),
    isSeen: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2,
  };
}"""

WIDTH = "() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]"

# Content that must not be visible.
SHOWN = "() => [...document.querySelectorAll('[hidden]')].filter(e => e.offsetWidth).map(e => e.name)"


class Keyboard:
    def __init__(self, page, name, pictures):
        self.page, self.name, self.pictures = page, name, pictures
        self.steps = 0
        # Name, address and text of every page that was checked.
        self.sights = []
        # A dialog would mean that a script ran.
        page.on("dialog", lambda dialog: self.fail(f"a dialog: {dialog.message}"))
        page.on("console", self.hear)

    def fail(self, words):
        raise SystemExit(f"pages, {self.name}: {words}\n{self.page.url}\n{self.page.inner_text('body')}")

    def hear(self, line):
        """Reports what the content security policy has blocked."""
        # An error page has an error status, which the browser also reports.
        if line.type in ("error", "warning") and "responded with a status" not in line.text:
            self.fail(f"the console says: {line.text}")

    def press(self, key):
        self.steps += 1
        self.page.keyboard.press(key)

    def focus(self):
        return self.page.evaluate(FOCUS)

    # Checking

    def see(self, name, *words):
        """Expects these words on the page and no lines wider than the window, and saves the page for axe-core."""
        text = self.page.inner_text("body")
        for word in words:
            if word not in text:
                self.fail(f"{name} does not say {word!r}")
        inner, outer = self.page.evaluate(WIDTH)
        if inner > outer:
            self.fail(f"{name} is {inner} wide in a window of {outer}")
        shown = self.page.evaluate(SHOWN)
        if shown:
            self.fail(f"{name} shows what is hidden: {shown}")
        if all(sight[0] != name for sight in self.sights):
            self.sights.append((name, self.page.url, self.page.content()))
            if self.pictures:
                file = f"{name} {self.name}.png".replace(" ", "-")
                self.page.screenshot(path=self.pictures / file, full_page=True)

    def see_not(self, *words):
        text = self.page.content()
        for word in words:
            if word in text:
                self.fail(f"the page has {word!r}")

    # Navigating

    def reach(self, **wanted):
        """Presses Tab until an element matches: its tag, ID, name, value or text."""
        found = self.focus()
        for _ in range(200):
            if all(re.fullmatch(value, found[key]) for key, value in wanted.items()):
                return
            self.press("Tab")
            found = self.focus()
            if found["tag"] not in ("body", "iframe") and not found["isSeen"]:
                self.fail(f"one cannot see that {found} has the focus")
        self.fail(f"the keyboard does not reach {wanted}")

    def follow(self, key="Enter", **wanted):
        """Activates a link or a button that opens another page."""
        self.reach(**wanted)
        with self.page.expect_navigation():
            self.press(key)

    def button(self, text):
        self.follow(tag="button", text=text)

    def link(self, text):
        self.follow(tag="a", text=text)

    # Filling in forms

    def type(self, id, text):
        self.reach(id=id)
        self.press("Control+a")
        self.press("Delete")
        self.page.keyboard.insert_text(text)
        self.expect(id, text)

    def choose(self, id, label, value):
        """Types the start of an option's label, as in a closed list."""
        self.reach(id=id)
        self.page.keyboard.type(label)
        self.expect(id, value)

    def tick(self, **wanted):
        self.reach(**wanted)
        self.press("Space")

    def unfold(self, summary):
        self.reach(tag="summary", text=summary)
        self.press("Enter")

    def expect(self, id, value):
        found = self.page.input_value(f"#{id}")
        if found != value:
            self.fail(f"{id} holds {found!r}, not {value!r}")

    def expect_focus(self, **wanted):
        # A browser focuses the `autofocus` element when it renders, which may be after loading.
        for _ in range(500):
            found = self.focus()
            if all(found[key] == value for key, value in wanted.items()):
                return
            self.page.wait_for_timeout(20)
        self.fail(f"the focus is at {found}, not at {wanted}")
