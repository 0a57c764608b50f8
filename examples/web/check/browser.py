"""A browser, by the W3C WebDriver protocol, with nothing but the standard library."""

import base64
import http.server
import json
import os
import shutil
import subprocess
import tempfile
import threading
import time
import urllib.error
import urllib.request
from functools import partial

ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
ARGUMENTS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--no-first-run", "--no-default-browser-check", "--disable-dev-shm-usage",
    "--force-color-profile=srgb", "--hide-scrollbars",
]


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


class Server:
    """Serves a folder at a port of 127.0.0.1 that is free."""

    def __init__(self, folder):
        handler = partial(Quiet, directory=folder)
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()


class Browser:
    """A headless Chromium with a profile of its own."""

    def __init__(self, downloads):
        self.profile = tempfile.mkdtemp(prefix="luat-web-")
        self.driver = subprocess.Popen(
            [find("chromedriver"), "--port=0"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True, env={**os.environ, "HOME": self.profile},
        )
        self.base = f"http://127.0.0.1:{self.port()}"
        options = {
            "binary": find("chromium"),
            "args": [*ARGUMENTS, f"--user-data-dir={self.profile}/data"],
            "prefs": {"download.default_directory": downloads, "download.prompt_for_download": False},
        }
        wanted = {
            "browserName": "chrome", "goog:chromeOptions": options,
            "goog:loggingPrefs": {"browser": "ALL"},
        }
        session = self.call("POST", "/session", {"capabilities": {"alwaysMatch": wanted}})
        self.base += f"/session/{session['sessionId']}"
        self.call("POST", "/timeouts", {"script": 60000, "pageLoad": 60000})

    def port(self):
        # "ChromeDriver was started successfully on port 41234."
        for line in self.driver.stdout:
            if "successfully on port" in line:
                threading.Thread(target=self.driver.stdout.read, daemon=True).start()
                return int("".join(filter(str.isdigit, line.rsplit("port", 1)[1])))
        raise RuntimeError("chromedriver does not start")

    def call(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.base + path, data, {"Content-Type": "application/json"}, method=method)
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=90) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as error:
            raise RuntimeError(json.load(error)["value"]["message"]) from None

    def open(self, address):
        self.call("POST", "/url", {"url": address})

    def run(self, script, *arguments):
        """What `script` returns in the page."""
        return self.call("POST", "/execute/sync", {"script": script, "args": list(arguments)})

    def run_async(self, script, *arguments):
        """What `script` gives to its last argument."""
        return self.call("POST", "/execute/async", {"script": script, "args": list(arguments)})

    def element(self, css):
        return self.call("POST", "/element", {"using": "css selector", "value": css})[ELEMENT]

    def click(self, css):
        self.call("POST", f"/element/{self.element(css)}/click", {})

    def type(self, css, text):
        element = self.element(css)
        self.call("POST", f"/element/{element}/clear", {})
        self.call("POST", f"/element/{element}/value", {"text": text})

    def upload(self, css, path):
        self.call("POST", f"/element/{self.element(css)}/value", {"text": path})

    def choose(self, css, value):
        """Chooses in a `select`, as a person would."""
        self.run(
            "const e = document.querySelector(arguments[0]); e.value = arguments[1];"
            "e.dispatchEvent(new Event('change', { bubbles: true }));", css, value,
        )

    def keys(self, *keys):
        actions = [{"type": kind, "value": key} for key in keys for kind in ("keyDown", "keyUp")]
        self.call("POST", "/actions", {"actions": [{"type": "key", "id": "keys", "actions": actions}]})

    def text(self, css):
        return self.run("return document.querySelector(arguments[0])?.innerText ?? null", css)

    def wait(self, what, script, *arguments, seconds=30):
        """Waits until `script` returns something true, and gives it."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            value = self.run(script, *arguments)
            if value:
                return value
            time.sleep(0.05)
        raise AssertionError(f"not within {seconds} s: {what}")

    def command(self, name, **parameters):
        """A command of the DevTools protocol."""
        return self.call("POST", "/goog/cdp/execute", {"cmd": name, "params": parameters})

    def resize(self, width, height):
        self.command("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)

    def dark(self, is_dark):
        scheme = {"name": "prefers-color-scheme", "value": "dark" if is_dark else "light"}
        self.command("Emulation.setEmulatedMedia", features=[scheme])

    def before_load(self, script):
        """Runs `script` before those of every page that is opened from now on."""
        return self.command("Page.addScriptToEvaluateOnNewDocument", source=script)["identifier"]

    def no_longer_before_load(self, identifier):
        self.command("Page.removeScriptToEvaluateOnNewDocument", identifier=identifier)

    def complaints(self):
        """What the console says that is an error."""
        log = self.call("POST", "/se/log", {"type": "browser"})
        return [entry["message"] for entry in log if entry["level"] == "SEVERE"]

    def shot(self, path):
        """A picture of the whole page."""
        picture = self.command("Page.captureScreenshot", captureBeyondViewport=True)
        with open(path, "wb") as file:
            file.write(base64.b64decode(picture["data"]))

    def close(self):
        try:
            self.call("DELETE", "")
        finally:
            self.driver.terminate()
            self.driver.wait(10)
            shutil.rmtree(self.profile, ignore_errors=True)


def find(program):
    path = shutil.which(program)
    if not path:
        raise SystemExit(f"{program} is missing: apt-get install chromium chromium-driver")
    return path
