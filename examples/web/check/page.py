"""Drives the page in a headless Chromium, as a person would: `examples/web/test`."""

import os
import re
import sys
import tempfile
import time

from browser import Browser, Server

HERE = os.path.dirname(os.path.abspath(__file__))
WEB = os.path.dirname(HERE)
SHOTS = os.path.join(WEB, "shots")
with open(os.path.join(HERE, "serial.js"), encoding="utf-8") as file:
    SERIAL = file.read()

# What is wrong with the module in software: the code of the finding, and its words.
FAULTS = {
    "no-sim": ("sim.missing", "no SIM card is found", "未检测到 SIM 卡"),
    "pin": ("sim.pin-needed", "the SIM card asks for its PIN", "SIM 卡要求输入 PIN"),
    "denied": ("network.denied", "the network denies registration", "网络拒绝注册"),
    "no-pdp": ("network.no-pdp", "the network gives no bearer", "PDP 激活失败"),
    "weak-signal": ("signal.weak", "the signal is weak", "信号很弱"),
    "restart": ("module.restarted", "the module restarted in the middle of the work", "模块在工作中重启"),
    "bearer-lost": ("network.pdp-lost", "the network took the bearer away", "网络断开了 PDP"),
}


class Page:
    def __init__(self, browser, address, downloads):
        self.browser = browser
        self.address = address
        self.downloads = downloads

    def open(self, query="lang=en", wants_serial=None):
        """Opens the page anew; `wants_serial` is a script that runs before those of the page."""
        identifier = wants_serial and self.browser.before_load(wants_serial)
        self.browser.open("about:blank")
        self.browser.open(f"{self.address}?{query}")
        self.browser.wait("the page is ready", "return document.body.dataset.ready")
        if identifier:
            self.browser.no_longer_before_load(identifier)

    def connect(self, fault="", profile="air780ep"):
        self.browser.choose("[name=fault]", fault)
        self.browser.choose("[name=profile]", profile)
        self.browser.click("#connect-button")

    def verdict(self, seconds=40):
        script = """
            const verdict = document.querySelector('.verdict');
            return document.querySelector('.step.running') ? null : verdict?.dataset.code;"""
        return self.browser.wait("a verdict", script, seconds=seconds)

    def speak(self, language):
        self.browser.click(f"[data-language={language}]")

    def tab(self, name):
        self.browser.click(f"#tab-{name}")

    def trouble(self, text, seconds=20):
        self.browser.wait(
            f"the sentence {text!r}",
            "return document.getElementById('trouble').innerText.includes(arguments[0])", text, seconds=seconds,
        )

    def shot(self, name):
        self.browser.shot(os.path.join(SHOTS, f"{name}.png"))

    def saved(self, kind):
        """The content of a file that the page saved."""
        end = time.monotonic() + 20
        while time.monotonic() < end:
            names = [name for name in os.listdir(self.downloads) if kind in name and not name.endswith(".crdownload")]
            if names:
                path = os.path.join(self.downloads, names[0])
                with open(path, encoding="utf-8") as file:
                    text = file.read()
                os.remove(path)
                return text
            time.sleep(0.05)
        raise AssertionError(f"no file {kind} was saved")


def check(condition, what, got=None):
    if not condition:
        raise AssertionError(f"{what}; got {got!r}")


def healthy(page):
    """The diagnosis of a healthy module passes, with every step; the result can be saved."""
    page.open()
    page.connect()
    check(page.verdict() == "usable", "the network is usable", page.browser.text("#verdict"))
    states = page.browser.run("return [...document.querySelectorAll('.step')].map((s) => s.dataset.state)")
    check(states == ["passed"] * 9, "every step is passed", states)
    page.shot("diagnose-en")
    page.speak("zh")
    check("网络可用" in page.browser.text("#verdict"), "in Chinese", page.browser.text("#verdict"))
    check("有应答：Air780EP" in page.browser.text("#steps"), "steps in Chinese", page.browser.text("#steps"))
    page.shot("diagnose-zh")
    page.browser.click("#report")
    text = page.saved("diagnosis")
    check("网络可用" in text and "luat-transcript 1" in text, "the result as a file", text[:400])


def every_profile(page):
    """The diagnosis passes on every module in software."""
    page.open("lang=en&pace=4")
    names = page.browser.run("return [...document.querySelectorAll('[name=profile] option')].map((o) => o.value)")
    check(len(names) >= 7, "profiles", names)
    for name in names:
        page.connect(profile=name)
        page.browser.wait("begins", "return document.querySelector('.step.running')")
        check(page.verdict() == "usable", f"{name} is usable", page.browser.text("#panel-diagnose"))


def faults(page):
    """Every fault is named rightly, in both languages."""
    for fault, (code, english, chinese) in FAULTS.items():
        page.open("lang=en&pace=4")
        page.connect(fault)
        verdict = page.verdict()
        is_warning = fault == "weak-signal"
        check(verdict == ("usable" if is_warning else code), f"the verdict on {fault}", verdict)
        place = "#remarks" if is_warning else "#verdict"
        codes = page.browser.run("return [...document.querySelectorAll(arguments[0] + ' .finding')].map((f) => f.dataset.code)", place)
        check(code in codes, f"{fault} is found", codes)
        check(english in page.browser.text(place), f"{fault} in English", page.browser.text(place))
        check(page.browser.text(f"{place} pre"), f"{fault} has evidence")
        page.speak("zh")
        check(chinese in page.browser.text(place), f"{fault} in Chinese", page.browser.text(place))
        page.shot(f"fault-{fault}")


def pin(page):
    """A card that wants its PIN gets the one that was typed; the transcript never has it."""
    page.open()
    page.browser.click("summary")
    page.browser.type("[name=pin]", "1234")
    page.connect("pin")
    check(page.verdict() == "usable", "the PIN helps", page.browser.text("#verdict"))
    page.tab("record")
    page.browser.click("#save-whole")
    text = page.saved("whole")
    check('AT+CPIN=\\"****\\"' in text and "1234" not in text, "the PIN is masked", text)


def terminal(page):
    """Every line is decoded; commands are answered, and what is no command is refused."""
    page.open()
    page.connect()
    page.verdict()
    page.tab("terminal")
    page.browser.type("[name=line]", "AT+CGSN")
    page.browser.keys("\ue007")
    words = page.browser.wait("the IMEI", """
        const line = [...document.querySelectorAll('.line')].find((l) => l.innerText.includes('866714040000008'));
        return line?.querySelector('.words').innerText""")
    check("IMEI" in words, "the answer in words", words)
    page.speak("zh")
    words = page.browser.text(".line.command .words")
    check(re.search(r"[\u4e00-\u9fff]", words), "the lines in Chinese", words)
    page.shot("terminal-zh")
    page.browser.type("[name=line]", "AT+NOSUCH")
    page.browser.keys("\ue007")
    page.browser.wait("a refusal", "return document.querySelector('.line.final.bad')")
    page.browser.keys("\ue013")
    value = page.browser.run("return document.querySelector('[name=line]').value")
    check(value == "AT+NOSUCH", "the line before comes back", value)
    undecoded = page.browser.run("return [...document.querySelectorAll('.line')].filter((l) => !l.querySelector('.words').innerText).map((l) => l.innerText)")
    check(undecoded == [], "every line has words", undecoded)


def signal(page):
    """The chart follows the signal."""
    page.open("lang=en&pace=4")
    page.connect()
    page.verdict()
    page.tab("signal")
    check(page.browser.text("#dbm") == "−69 dBm", "the signal", page.browser.text("#dbm"))
    page.browser.run("document.querySelector('[data-fault=weak-signal]').click()")
    page.browser.wait("the weak signal", "return document.getElementById('dbm').innerText === '−105 dBm'")
    points = page.browser.run("return document.querySelector('polyline').points.length")
    check(points >= 3, "a line", points)
    page.shot("signal")


def open_link(page, kind, server, beat=0):
    page.browser.choose("#open [name=kind]", kind)
    page.browser.type("#open [name=address]", server)
    page.browser.type("#open [name=beat]", str(beat))
    page.browser.click("#open button")
    return page.browser.run("return document.querySelector('.link')?.dataset.link")


def say(page, link, text):
    place = f"[data-link='{link}']"
    page.browser.wait(f"link {link} is open", "return document.querySelector(arguments[0])?.dataset.state === 'open'", place)
    page.browser.type(f"{place} .row input:not([type=checkbox])", text)
    page.browser.keys("\ue007")
    page.browser.wait(f"the echo on link {link}", """
        const heard = [...document.querySelectorAll(arguments[0] + ' .message.from code')].map((c) => c.innerText);
        return heard.join('') === arguments[1]""", place, text)


def sockets(page):
    """TCP, UDP and WebSocket echo what was sent; a heartbeat; ends are told; all links at once."""
    page.open()
    page.connect(profile="luatos")
    page.verdict()
    page.tab("sockets")
    tcp = open_link(page, "tcp", "echo.luat:7")
    say(page, tcp, "hello, 你好")
    udp = open_link(page, "udp", "echo.luat:7")
    say(page, udp, "a datagram")
    websocket = open_link(page, "ws", "ws://echo.luat/")
    say(page, websocket, "a message")
    # Bytes that are not text.
    place = f"[data-link='{tcp}']"
    page.browser.click(f"{place} [type=checkbox]")
    page.browser.type(f"{place} .row input:not([type=checkbox])", "00 ff 1a 1b 0d 0a")
    page.browser.keys("\ue007")
    page.browser.wait("bytes come back", "return [...document.querySelectorAll(arguments[0] + ' .message.from code')].at(-1).innerText === '00 ff 1a 1b 0d 0a'", place)
    beaten = open_link(page, "tcp", "silent.luat:9", beat=1)
    page.browser.wait("a heartbeat", "return document.querySelector(arguments[0] + ' .message.note')", f"[data-link='{beaten}']")
    closing = open_link(page, "tcp", "hello.luat:13")
    page.browser.wait("a greeting", "return document.querySelector(arguments[0] + ' .message.from')?.innerText.includes('hello from')", f"[data-link='{closing}']")
    page.shot("sockets-en")
    page.browser.wait("the far end closes", "return document.querySelector(arguments[0]).dataset.state === 'closed'", f"[data-link='{closing}']")
    badge = page.browser.text(f"[data-link='{closing}'] .tag")
    check(badge == "closed: closed by the far end", "who closed", badge)
    refused = open_link(page, "tcp", "nowhere.example:80")
    page.browser.wait("it fails", "return document.querySelector(arguments[0]).dataset.state === 'failed'", f"[data-link='{refused}']")
    page.speak("zh")
    badge = page.browser.text(f"[data-link='{closing}'] .tag")
    check(badge == "已关闭：对端关闭", "who closed, in Chinese", badge)
    page.speak("en")
    for _ in range(10 - 4):
        last = open_link(page, "tcp", "echo.luat:7")
    say(page, last, "the tenth")
    check(page.browser.text("#slots") == "10 of 10 links in use", "ten links", page.browser.text("#slots"))
    open_link(page, "tcp", "echo.luat:7")
    check("All links are in use" in page.browser.text("#open-trouble"), "no eleventh", page.browser.text("#open-trouble"))
    page.browser.click(f"[data-link='{tcp}'] .head button")
    page.browser.wait("closed by us", "return document.querySelector(arguments[0] + ' .tag').innerText === 'closed: closed by us'", place)
    open_link(page, "tcp", "no port")
    check("host:port" in page.browser.text("#open-trouble"), "an address is explained", page.browser.text("#open-trouble"))
    page.tab("terminal")
    page.browser.click("[data-fault=bearer-lost]")
    page.tab("sockets")
    page.browser.wait("every link is gone", "return [...document.querySelectorAll('.link')].every((l) => ['closed', 'failed'].includes(l.dataset.state))")
    page.shot("sockets-gone")


def again_and_again(page):
    """Links are given back: more are opened one after the other than the module has."""
    page.open("lang=en&pace=4")
    page.connect()
    page.verdict()
    page.tab("sockets")
    for kind, server in [("ws", "ws://echo.luat/"), ("tcp", "echo.luat:7"), ("udp", "echo.luat:7")] * 4:
        link = open_link(page, kind, server)
        place = f"[data-link='{link}']"
        say(page, link, kind)
        page.browser.click(f"{place} .head button")
        page.browser.wait("it is closed", "return document.querySelector(arguments[0]).dataset.state === 'closed'", place)
        page.browser.click(f"{place} .head button")
    check(page.browser.text("#slots") == "0 of 6 links in use", "none is in use", page.browser.text("#slots"))
    # Given up while it is still being connected, and refused by who speaks no WebSocket.
    for server in ["ws://silent.luat:9/"] * 8:
        place = f"[data-link='{open_link(page, 'ws', server)}']"
        page.browser.click(f"{place} .head button")
        page.browser.wait("given up", "return document.querySelector(arguments[0]).dataset.state === 'closed'", place)
        page.browser.click(f"{place} .head button")
    say(page, open_link(page, "tcp", "echo.luat:7"), "still")


def record(page):
    """The transcript grows, and is saved whole and redacted."""
    page.open()
    page.connect()
    page.verdict()
    page.tab("terminal")
    page.browser.type("[name=line]", "AT+CGSN")
    page.browser.keys("\ue007")
    page.browser.wait("the IMEI", "return document.getElementById('lines').innerText.includes('866714040000008')")
    page.tab("record")
    page.shot("record")
    page.browser.click("#save-whole")
    whole = page.saved("whole")
    page.browser.click("#save-redacted")
    redacted = page.saved("redacted")
    check(whole.startswith("luat-transcript 1\n"), "a transcript", whole[:80])
    check("866714040000008" in whole and "866714040000000" in redacted and "866714040000008" not in redacted, "the IMEI is masked", redacted[:80])
    return whole


def explain(page, folder):
    """A log is explained line by line; what is none is refused; the transcript of the page is read again."""
    page.open()
    page.tab("explain")
    page.browser.click("#sample")
    page.browser.wait("the findings", "return document.querySelector('#explained .finding')")
    codes = page.browser.run("return [...document.querySelectorAll('#explained .finding')].map((f) => f.dataset.code)")
    check("connect.private-address" in codes and "signal.weak" in codes, "what the log shows", codes)
    check("signal -99 dBm" in page.browser.text("#explained table"), "lines in words", page.browser.text("#explained table"))
    page.speak("zh")
    check("信号" in page.browser.text("#explained table"), "lines in Chinese")
    page.shot("explain-zh")
    page.speak("en")
    log = os.path.join(folder, "field.log")
    with open(log, "w", encoding="utf-8") as file:
        file.write("12:00:01 > AT+CPIN?\n12:00:01 < +CME ERROR: 10\n12:00:02 > AT+CPIN?\n12:00:02 < +CME ERROR: 10\n")
    page.browser.upload("#log", log)
    page.browser.wait("the file", "return document.querySelector('#explained .finding')?.dataset.code === 'sim.missing'")
    page.tab("terminal")
    page.browser.run("""
        const data = new DataTransfer();
        data.items.add(new File(['AT+CPIN?\\r\\n+CPIN: SIM PUK\\r\\n\\r\\nOK\\r\\n'], 'dropped.log'));
        for (const type of ['dragover', 'drop']) document.body.dispatchEvent(new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer: data }));""")
    page.browser.wait("the file that was dropped", "return document.querySelector('#explained .finding')?.dataset.code === 'sim.puk'")
    check(page.browser.run("return !document.getElementById('panel-explain').hidden"), "it is shown")
    for name, content in [("letter.txt", b"Dear all,\nthis is a letter and no log.\n" * 40), ("noise.bin", bytes(range(256)) * 64), ("empty.log", b"")]:
        path = os.path.join(folder, name)
        with open(path, "wb") as file:
            file.write(content)
        page.browser.upload("#log", path)
        page.browser.wait(f"{name} is none", "return document.getElementById('log-trouble').innerText.startsWith(arguments[0] + ' is no log')", name)


def explain_own(page, folder):
    """What the page records, it explains."""
    path = os.path.join(folder, "own.transcript")
    with open(path, "w", encoding="utf-8") as file:
        file.write(record(page))
    page.tab("explain")
    page.browser.upload("#log", path)
    page.browser.wait("its lines", "return document.querySelectorAll('#explained tr.command').length > 15")


def keyboard(page):
    """Tabs by arrows, a connection by Enter; every control has a name."""
    page.open()
    page.browser.run("document.getElementById('tab-diagnose').focus()")
    page.browser.keys("\ue014")
    check(page.browser.run("return document.activeElement.id") == "tab-terminal", "an arrow moves on")
    page.browser.keys("\ue010")
    check(page.browser.run("return document.activeElement.id") == "tab-explain", "End goes to the last")
    page.browser.run("document.querySelector('[name=profile]').focus()")
    page.browser.run("document.getElementById('connect-button').focus()")
    page.browser.keys("\ue007")
    check(page.verdict() == "usable", "Enter connects")
    nameless = page.browser.run("""
        return [...document.querySelectorAll('button, input, select')].filter((e) => {
          const label = e.labels?.[0]?.textContent ?? '';
          return e.offsetParent && !(e.innerText || e.getAttribute('aria-label') || label).trim();
        }).map((e) => e.outerHTML)""")
    check(nameless == [], "every control has a name", nameless)


def looks(page):
    """Narrow and dark: nothing wider than the screen."""
    page.open()
    page.connect("no-sim")
    page.verdict()
    for width in (360, 1100):
        page.browser.resize(width, 800)
        for dark in (False, True):
            page.browser.dark(dark)
            for tab in ("diagnose", "terminal", "signal", "sockets", "record", "explain"):
                page.tab(tab)
                if tab == "explain":
                    page.browser.click("#sample")
                wide = page.browser.run("return document.documentElement.scrollWidth - document.documentElement.clientWidth")
                check(wide <= 0, f"{tab} fits into {width}", wide)
                page.shot(f"look-{tab}-{width}-{'dark' if dark else 'light'}")
    page.browser.dark(False)


def serial(page):
    """A stand-in for navigator.serial: the rate is found, the diagnosis passes, links work; unplugged, nothing
    that was recorded is lost, and it can be connected again."""
    page.open(wants_serial=SERIAL)
    page.browser.run("stand.baud = 9600")
    page.browser.click("[name=way][value=serial]")
    page.browser.click("#connect-button")
    check(page.verdict() == "usable", "usable by serial", page.browser.text("#panel-diagnose"))
    check(page.browser.run("return stand.opened") == [115200, 9600, 9600], "the rate is found", page.browser.run("return stand.opened"))
    page.tab("sockets")
    say(page, open_link(page, "tcp", "echo.luat:7"), "by serial")
    page.browser.run("stand.damage()")
    page.trouble("damaged bytes")
    say(page, open_link(page, "udp", "echo.luat:7"), "after damage")
    page.browser.run("stand.unplug()")
    page.trouble("the cable was unplugged")
    page.speak("zh")
    page.trouble("线被拔出")
    page.speak("en")
    page.shot("serial-unplugged")
    check(page.browser.text(".link .tag") == "closed: the port is closed", "the link is closed", page.browser.text(".link .tag"))
    page.tab("record")
    page.browser.click("#save-whole")
    text = page.saved("whole")
    check("by serial" in text and "the port was unplugged" in text, "what was recorded is kept", text[-400:])
    page.browser.click("#connect-button")
    page.tab("diagnose")
    page.browser.wait("again", "return document.querySelector('.step.running')")
    check(page.verdict() == "usable", "usable again", page.browser.text("#verdict"))


def serial_unplugged_early(page):
    """Unplugged in the middle of the diagnosis: told, and no verdict."""
    page.open(wants_serial=SERIAL)
    page.browser.click("[name=way][value=serial]")
    page.browser.choose("[name=baud]", "115200")
    page.browser.click("#connect-button")
    page.browser.wait("it begins", "return document.querySelectorAll('.step.passed').length >= 2")
    page.browser.run("stand.unplug()")
    page.trouble("the cable was unplugged")
    check("broken off" in page.browser.text("#verdict"), "no verdict", page.browser.text("#verdict"))


def serial_trouble(page):
    """What goes wrong with a port is named."""
    page.open(wants_serial=SERIAL)
    page.browser.click("[name=way][value=serial]")
    page.browser.run("stand.none = true")
    page.browser.click("#connect-button")
    page.trouble("No port was chosen")
    page.browser.run("stand.none = false; stand.taken = true")
    page.browser.click("#connect-button")
    page.trouble("Another program has it")
    page.shot("serial-taken")
    page.browser.run("stand.taken = false")
    page.browser.choose("[name=baud]", "921600")
    page.browser.click("#connect-button")
    page.trouble("make no sense at 921600 baud")
    page.speak("zh")
    page.trouble("921600 波特收到的数据是乱码")
    page.shot("serial-wrong-baud")
    page.speak("en")
    page.browser.run("stand.baud = 1200")
    page.browser.choose("[name=baud]", "0")
    page.browser.click("#connect-button")
    page.trouble("at no rate they make sense")
    check(page.browser.run("return new Set(stand.opened).size") == 8, "eight rates are tried")


def serial_foreign(page):
    """A module of another family is told to be one."""
    page.open(wants_serial=SERIAL)
    page.browser.run("stand.foreign = true")
    page.browser.click("[name=way][value=serial]")
    page.browser.choose("[name=baud]", "115200")
    page.browser.click("#connect-button")
    page.verdict(60)
    check("another dialect" in page.browser.text("#verdict"), "it is named", page.browser.text("#verdict"))
    page.speak("zh")
    check("方言" in page.browser.text("#verdict"), "in Chinese", page.browser.text("#verdict"))
    page.shot("serial-foreign")


def no_serial(page):
    """Without Web Serial the page says so, and all else works."""
    page.open(wants_serial="delete Navigator.prototype.serial")
    check("no Web Serial" in page.browser.text("#serial-hint"), "it says so", page.browser.text("#serial-hint"))
    check(page.browser.run("return document.querySelector('[value=serial]').disabled"), "it cannot be chosen")
    page.shot("no-serial")
    page.connect()
    check(page.verdict() == "usable", "the module in software works")


def language(page):
    """The page speaks the language of the browser, and remembers the one that was chosen."""
    for accepted, first, then in [("zh-CN,zh;q=0.9", "zh-CN", "en"), ("fr-FR,fr", "en", "zh")]:
        page.browser.command("Network.setUserAgentOverride", userAgent="test", acceptLanguage=accepted)
        page.open("")
        page.browser.run("localStorage.clear()")
        page.open("")
        check(page.browser.run("return document.documentElement.lang") == first, f"a browser that speaks {accepted}")
        page.speak(then)
        page.open("")
        check(page.browser.run("return document.documentElement.lang").startswith(then), "the choice is remembered")
    page.browser.run("localStorage.clear()")


def alone(page):
    """Nothing is loaded from elsewhere, and nothing once the page is there."""
    page.open()
    page.connect()
    page.verdict()
    names = page.browser.run("return performance.getEntriesByType('resource').map((e) => e.name)")
    elsewhere = [name for name in names if not name.startswith(page.address.split("?")[0])]
    check(elsewhere == [], "all is from here", elsewhere)
    page.browser.command("Network.enable")
    page.browser.command("Network.emulateNetworkConditions", offline=True, latency=0, downloadThroughput=0, uploadThroughput=0)
    page.browser.run("performance.clearResourceTimings()")
    try:
        page.tab("sockets")
        say(page, open_link(page, "tcp", "echo.luat:7"), "offline")
        page.tab("explain")
        page.browser.click("#sample")
        page.browser.wait("a log, offline", "return document.querySelector('#explained .finding')")
        later = page.browser.run("return performance.getEntriesByType('resource').map((e) => e.name)")
        check(later == [], "nothing is loaded later", later)
    finally:
        page.browser.command("Network.emulateNetworkConditions", offline=False, latency=0, downloadThroughput=-1, uploadThroughput=-1)


def main():
    chosen = sys.argv[1:]
    os.makedirs(SHOTS, exist_ok=True)
    failed = []
    with tempfile.TemporaryDirectory() as folder:
        downloads = os.path.join(folder, "downloads")
        os.mkdir(downloads)
        server = Server(os.path.join(WEB, "dist"))
        browser = Browser(downloads)
        page = Page(browser, f"http://127.0.0.1:{server.port}/", downloads)
        tests = [healthy, every_profile, faults, pin, terminal, signal, sockets, again_and_again, keyboard, looks, serial, serial_unplugged_early, serial_trouble, serial_foreign, no_serial, language, alone]
        try:
            for test in [*tests, explain, explain_own]:
                if chosen and test.__name__ not in chosen:
                    continue
                browser.resize(1100, 900)
                begun = time.monotonic()
                try:
                    test(page, folder) if test in (explain, explain_own) else test(page)
                    complaints = browser.complaints()
                    check(complaints == [], "the console is quiet", complaints)
                    verdict = "ok"
                except (AssertionError, RuntimeError) as error:
                    browser.complaints()
                    page.shot(f"failed-{test.__name__}")
                    failed.append(test.__name__)
                    verdict = f"FAILED: {error}"
                print(f"{test.__name__:24} {time.monotonic() - begun:6.1f} s  {verdict}", flush=True)
        finally:
            browser.close()
            server.close()
    if failed:
        raise SystemExit(f"failed: {', '.join(failed)}")


main()
