"""A customer's journey through the pages, from the first profile to the last."""

import time


class Journey:
    def __init__(self, keyboard, gateway, receiver):
        self.keys, self.page = keyboard, keyboard.page
        self.gateway, self.receiver = gateway, receiver

    def run(self):
        self.sign_in()
        self.make_whole_profile()
        self.make_small_profiles()
        self.narrow_list()
        self.change_profile()
        self.fail_and_replay()
        self.disable_and_enable()
        self.read_reports()
        self.delete_profile()
        self.sign_out()

    def sign_in(self):
        keys = self.keys
        self.page.goto(self.gateway.address + "/profiles?title=x")
        keys.see("sign-in", "Sign in", "API key")
        keys.type("key", "Awrong")
        keys.button("Sign in")
        keys.see("sign-in rejected", "Invalid API key. Check that you copied all of it")
        keys.type("key", self.gateway.key)
        with self.page.expect_navigation():
            keys.press("Enter")
        keys.see("nothing found", "0 profiles found")
        keys.link("Show all")
        keys.see("first list", "You have no profiles yet")

    # Profiles

    def make_whole_profile(self):
        keys = self.keys
        keys.link("New profile")
        keys.see("channels", "Choose the channel of the profile")
        keys.link("WhatsApp")
        keys.see("new", "New profile: WhatsApp", "incoming-message")
        keys.type("title", "Chat")
        keys.choose("method", "PUT", "PUT")
        keys.type("url", "ftp://nowhere")
        keys.unfold("Insert variables")
        keys.tick(name="pick", value="from")
        keys.tick(name="pick", value="body")
        keys.follow(text="Insert into the callback")
        keys.see("variables inserted", "Added 2 variables to the body.")
        keys.expect_focus(id="body")
        keys.expect("body", '{\n  "body": "<body>",\n  "from": "<from>"\n}')
        self.fill_in_secrets()
        keys.button("Save")
        self.fix_errors()
        keys.button("Test")
        keys.see("tested", "The test callback was delivered.", "Finished", "x-api-key: ••••")
        keys.expect_focus(id="outcome")
        keys.expect("title", "Chat")
        keys.button("Save")
        keys.see("created", "The profile was created.", "AES-256-GCM for from, with a random IV")
        keys.see_not("CANARY")
        self.address = self.page.url.split("?")[0]

    def fill_in_secrets(self):
        keys = self.keys
        keys.type("header-0-name", "x-api-key")
        keys.type("header-0-value", "CANARY-header")
        keys.button("Add header")
        keys.expect_focus(id="header-1-name")
        keys.expect("header-0-value", "CANARY-header")
        keys.choose("algo", "AES-256-GCM", "AES-256-GCM")
        keys.unfold("Key and IV")
        keys.type("key", "too short")
        keys.type("params", "from")

    def fix_errors(self):
        """Follows each error in the summary to its field and fixes it. The other values are kept."""
        keys = self.keys
        keys.see(
            "refused", "URL must be a URL that begins with https:// or http://",
            "Key must have 32 bytes for AES-256-GCM; it has 9")
        keys.reach(text="Key must have.*", tag="a")
        keys.press("Enter")
        keys.press("Tab") if keys.focus()["id"] != "key" else None
        keys.type("key", "CANARY-key-0123456789abcdef-0123")
        keys.type("url", self.receiver.address + "/chat")
        keys.expect("title", "Chat")
        keys.expect("header-0-value", "CANARY-header")

    def make_small_profiles(self):
        keys = self.keys
        for channel in ["SMS", "Email", "Voice", "Default"]:
            keys.link("Profiles")
            keys.link("New profile")
            keys.link(channel)
            keys.type("title", f"{channel} things")
            keys.type("url", f"{self.receiver.address}/{channel}")
            if channel == "Voice":
                keys.choose("method", "GET", "GET")
                keys.tick(name="event", value="call_start")
            else:
                keys.type("body", '{"event": "<event>"}')
            keys.button("Save")
            keys.see("created", "The profile was created.", f"{channel} things")

    def narrow_list(self):
        keys = self.keys
        keys.link("Profiles")
        keys.see("list", "5 profiles", "Chat", "Voice things")
        keys.type("title", "THINGS")
        keys.choose("http-method", "GET", "GET")
        keys.button("Filter")
        keys.see("narrowed list", "1 profile found", "Voice things")
        keys.link("Show all")
        keys.link("Chat")

    def change_profile(self):
        keys = self.keys
        keys.link("Edit")
        keys.see("edit", "Edit Chat", "A value is stored. Leave this field empty to keep it.")
        keys.see_not("CANARY")
        keys.expect("key", "")
        keys.type("title", "Chat inbox")
        keys.button("Save")
        keys.see("saved", "The changes were saved.", "Chat inbox")
        keys.link("Test")
        keys.see("test", "Test Chat inbox")
        keys.type("variables", '{"from": "12345"}')
        before = len(self.receiver.requests)
        keys.button("Send test")
        keys.see("test sent", "The test callback was delivered.")
        method, path, headers, body = self.receiver.requests[before]
        # The stored secrets have not changed.
        if headers.get("x-api-key") != "CANARY-header" or "12345" in body or "Hi" not in body:
            keys.fail(f"received {headers} {body}")
        keys.link("Back")

    # Deliveries

    def fail_and_replay(self):
        keys = self.keys
        keys.see("without callbacks", "No callbacks in the last two weeks.")
        profile = self.address.rsplit("/", 1)[1]
        self.receiver.is_gone = True
        self.gateway.trigger(profile, "c-1")
        self.page.goto(self.address)
        keys.see("failed", "Disabled automatically", "c-1", "status 410", "Failed")
        keys.unfold("Response to c-1")
        self.receiver.is_gone = False
        keys.button("Enable")
        keys.see("enabled", "The profile was enabled.", "Active")
        keys.button("Send again: c-1")
        keys.see("sent again", "The callback was queued again")
        self.wait_for("attempt 2 · status 200")
        keys.see("delivered", "Delivered", "100\u00a0%")

    def wait_for(self, words):
        for _ in range(100):
            self.page.goto(self.address)
            if words in self.page.inner_text("body"):
                return
            time.sleep(0.1)
        self.keys.fail(f"the page never shows {words!r}")

    def disable_and_enable(self):
        keys = self.keys
        keys.button("Disable")
        keys.see("disabled", "The profile was disabled")
        keys.button("Enable")
        keys.see("enabled", "The profile was enabled.")

    # Reports

    def read_reports(self):
        keys = self.keys
        keys.link("Reports")
        for frequency in ["Daily", "Weekly", "Monthly"]:
            keys.link(frequency)
            keys.see(f"{frequency} report", f": Monsoon Travel, {frequency.lower()}, ")
            mail = self.page.frames[1]
            mail.wait_for_load_state()
            if "No callbacks in this period" not in mail.content():
                keys.fail("the report is not shown")
        keys.link("View the current period so far")
        keys.see("report so far", "This period has not ended.")
        keys.link("Open the report on its own page")
        keys.see("mail", "Monsoon Travel")
        self.page.goto(self.gateway.address + "/settings")
        keys.see("settings", "Every day at 17:00", "ops@example.com")

    def delete_profile(self):
        keys = self.keys
        keys.link("Profiles")
        keys.link("SMS things")
        keys.link("Delete")
        keys.see("delete", "Delete SMS things?")
        keys.link("Cancel")
        keys.link("Delete")
        keys.button("Delete the profile")
        keys.see("deleted", "The profile was deleted.", "4 profiles")
        self.page.goto(self.gateway.address + "/profiles/IN_nowhere")
        keys.see("missing page", "Page not found")

    def sign_out(self):
        keys = self.keys
        keys.button("Sign out")
        keys.see("signed out", "You signed out.")
        self.page.goto(self.address)
        keys.see("sign-in", "API key")
