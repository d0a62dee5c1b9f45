"""A second service for the journey: `lenticular serve` on a library of its own, asked over HTTP."""

import contextlib
import json
import os
import subprocess
import urllib.error
import urllib.request

from virtual_display import end


class Served:
    """A running service: where it listens, and what it answers."""

    def __init__(self, said, token):
        self.api, self.account, self.token = said["api"], said["account_id"], token

    def get(self, path):
        """The `result` of one call with the token."""
        address = f"{self.api}/accounts/{self.account}/images/{path}"
        request = urllib.request.Request(address, headers={"Authorization": f"Bearer {self.token}"})
        with direct().open(request, timeout=20) as answer:
            return json.load(answer)["result"]

    def images(self):
        """Every image of the library, page by page."""
        images, page = [], 1
        while found := self.get(f"v1?page={page}&per_page=100")["images"]:
            images += found
            page += 1
        return images


@contextlib.contextmanager
def served(binary, library, token):
    """Serves the library under this token for as long as the block runs."""
    # By the environment of this one process: arguments can be read by everybody.
    environment = dict(os.environ, LENTICULAR_TOKEN=token)
    server = subprocess.Popen([binary, "serve", "--library", str(library), "--listen", "127.0.0.1:0"],
                              env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
    try:
        said = server.stdout.readline()
        if not said:
            raise AssertionError(f"lenticular serve ended with exit code {server.wait(5)}")
        yield Served(json.loads(said), token)
    finally:
        end(server)
        server.stdout.close()


def direct():
    """Proxies of the machine are for the outside; these servers are on loopback."""
    return urllib.request.build_opener(urllib.request.ProxyHandler({}))


def fetch(url):
    """`(status, body)` of a GET; a refusal is an answer too."""
    try:
        with direct().open(url.strip(), timeout=30) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as refusal:
        return refusal.code, refusal.read()
