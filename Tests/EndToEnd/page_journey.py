"""What a customer does with the pages, from the first profile to the last."""

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
        keys.see("sign-in refused", "This key opens nothing; check that it is whole")
        keys.type("key", self.gateway.key)
        with self.page.expect_navigation():
            keys.press("Enter")
        keys.see("nothing found", "0 profiles that fit")
        keys.link("Show all")
        keys.see("first list", "There is no profile yet")

    # Profiles

    def make_whole_profile(self):
        keys = self.keys
        keys.link("New profile")
        keys.see("channels", "A profile keeps its channel for life")
        keys.link("WhatsApp")
        keys.see("new", "New profile: WhatsApp", "incoming-message")
        keys.type("title", "Chat")
        keys.choose("method", "PUT", "PUT")
        keys.type("url", "ftp://nowhere")
        keys.unfold("Pick variables")
        keys.tick(name="pick", value="from")
        keys.tick(name="pick", value="body")
        keys.follow(text="Put them into the callback")
        keys.see("picked", "2 variables are in the body now.")
        keys.expect_focus(id="body")
        keys.expect("body", '{\n  "body": "<body>",\n  "from": "<from>"\n}')
        self.fill_in_secrets()
        keys.button("Save")
        self.mend()
        keys.button("Test")
        keys.see("tested", "The test callback was delivered.", "Over", "x-api-key: ••••")
        keys.expect_focus(id="outcome")
        keys.expect("title", "Chat")
        keys.button("Save")
        keys.see("created", "The profile was created.", "AES-256-GCM of from, with a fresh IV")
        keys.see_not("CANARY")
        self.address = self.page.url.split("?")[0]

    def fill_in_secrets(self):
        keys = self.keys
        keys.type("header-0-name", "x-api-key")
        keys.type("header-0-value", "CANARY-header")
        keys.button("More headers")
        keys.expect_focus(id="header-1-name")
        keys.expect("header-0-value", "CANARY-header")
        keys.choose("algo", "AES-256-GCM", "AES-256-GCM")
        keys.unfold("Key and IV")
        keys.type("key", "too short")
        keys.type("params", "from")

    def mend(self):
        """Goes from the summary of faults to each field and mends it; nothing else is lost."""
        keys = self.keys
        keys.see(
            "refused", "URL must be a URL that begins with https:// or http://",
            "Key must have 32 characters for AES-256-GCM; it has 9")
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
        keys.see("narrowed list", "1 profile that fit", "Voice things")
        keys.link("Show all")
        keys.link("Chat")

    def change_profile(self):
        keys = self.keys
        keys.link("Edit")
        keys.see("edit", "Edit Chat", "One is stored. Leave this empty to keep it.")
        keys.see_not("CANARY")
        keys.expect("key", "")
        keys.type("title", "Chat inbox")
        keys.button("Save")
        keys.see("saved", "The changes were saved.", "Chat inbox")
        keys.link("Test")
        keys.see("test", "Test Chat inbox")
        keys.type("variables", '{"from": "12345"}')
        before = len(self.receiver.requests)
        keys.button("Send the test")
        keys.see("test sent", "The test callback was delivered.")
        method, path, headers, body = self.receiver.requests[before]
        # The stored secrets are still those that were typed once.
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
        keys.see("failed", "Disabled by failures", "c-1", "status 410", "Failed")
        keys.unfold("Answer to c-1")
        self.receiver.is_gone = False
        keys.button("Enable")
        keys.see("enabled", "The profile was enabled.", "Active")
        keys.button("Send again: c-1")
        keys.see("sent again", "The callback is sent again")
        self.wait_for("attempt 2 · status 200")
        keys.see("delivered", "Delivered", "100\u00a0%")

    def wait_for(self, words):
        for _ in range(100):
            self.page.goto(self.address)
            if words in self.page.inner_text("body"):
                return
            time.sleep(0.1)
        self.keys.fail(f"it never says {words!r}")

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
                keys.fail("the mail is not shown")
        keys.link("See what has come since then")
        keys.see("report so far", "This period is not over yet.")
        keys.link("Open it on its own")
        keys.see("mail", "Monsoon Travel")
        self.page.goto(self.gateway.address + "/settings")
        keys.see("settings", "Every day at 17:00", "ops@example.com")

    def delete_profile(self):
        keys = self.keys
        keys.link("Profiles")
        keys.link("SMS things")
        keys.link("Delete")
        keys.see("delete", "Delete SMS things?")
        keys.link("Keep it")
        keys.link("Delete")
        keys.button("Delete the profile")
        keys.see("deleted", "The profile was deleted.", "4 profiles")
        self.page.goto(self.gateway.address + "/profiles/IN_nowhere")
        keys.see("nowhere", "Not found")

    def sign_out(self):
        keys = self.keys
        keys.button("Sign out")
        keys.see("signed out", "You have signed out.")
        self.page.goto(self.address)
        keys.see("sign-in", "API key")
