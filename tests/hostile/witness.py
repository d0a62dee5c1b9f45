"""An ordinary client beside a hostile one, in a process of its own: what does it notice?

Started with port, API path, delivery path, token and the ID of an image; works until its input ends,
then prints one line: requests, failures, and the longest wait in seconds.
"""

import http.client
import json
import sys
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "clients"))
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from pictures import png  # noqa: E402
from serving import form  # noqa: E402

PAUSE = 0.02
LONGEST = 60.0


class Witness:
    """Reads, lists, shows and uploads, one after another."""

    def __init__(self, port, api, delivery, token, image_id):
        self.port, self.api, self.delivery, self.image_id = int(port), api, delivery, image_id
        self.token = {"Authorization": f"Bearer {token}"}
        self.http = None
        self.waits, self.failures = {}, []
        self.picture = form([("file", png(16, 12), "a.png")])

    def ask(self, what, method, path, headers, body=None):
        """One request, timed."""
        began = time.monotonic()
        try:
            self.http = self.http or http.client.HTTPConnection("127.0.0.1", self.port, timeout=LONGEST)
            self.http.request(method, path, body, headers)
            answer = self.http.getresponse()
            content = answer.read()
            if answer.status != 200:
                self.failures.append(f"{what}: {answer.status}")
            return content
        except (OSError, http.client.HTTPException) as error:
            self.failures.append(f"{what}: {error!r}")
            self.http = None
            return b""
        finally:
            wait = time.monotonic() - began
            self.waits[what] = max(self.waits.get(what, 0.0), wait)

    def round(self):
        """What a small application does, on a connection of its own: that has to be had, too."""
        if self.http:
            self.http.close()
        self.http = None
        self.ask("details", "GET", f"{self.api}/v1/{self.image_id}", self.token)
        self.ask("list", "GET", f"{self.api}/v2?per_page=10", self.token)
        self.ask("picture", "GET", self.delivery, {"Accept": "image/webp"})
        content_type, body = self.picture
        made = self.ask("upload", "POST", f"{self.api}/v1", {**self.token, "Content-Type": content_type}, body)
        if made.startswith(b"{"):
            result = json.loads(made).get("result") or {}
            if "id" in result:
                self.ask("delete", "DELETE", f"{self.api}/v1/{result['id']}", self.token)


def main():
    """Works until the input ends."""
    witness = Witness(*sys.argv[1:])
    ended = threading.Event()
    threading.Thread(target=lambda: (sys.stdin.read(), ended.set()), daemon=True).start()
    rounds = 0
    while not ended.wait(PAUSE):
        witness.round()
        rounds += 1
    print(json.dumps({"rounds": rounds, "failures": witness.failures, "waits": witness.waits}), flush=True)


if __name__ == "__main__":
    main()
