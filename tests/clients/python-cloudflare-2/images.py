"""python-cloudflare 2, the SDK from before the official one, from PyPI. Base URL and token are arguments."""

import os
import sys
import unittest
from pathlib import Path

import CloudFlare
import requests

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from pictures import png  # noqa: E402

ACCOUNT = os.environ["LENTICULAR_ACCOUNT"]
PICTURE = png(40, 30)


class Images(unittest.TestCase):
    """Every path that this SDK has for Images."""

    def __str__(self):
        return f"python-cloudflare 2: {self._testMethodName.removeprefix('test_').replace('_', ' ')}"

    def setUp(self):
        self.client = CloudFlare.CloudFlare(
            token=os.environ["LENTICULAR_TOKEN"], base_url=os.environ["LENTICULAR_API"], warnings=False)
        self.images = self.client.accounts.images

    def tearDown(self):
        # Its connections stay open otherwise.
        del self.client, self.images

    def test_an_image_is_uploaded_listed_read_changed_and_deleted(self):
        files = {"file": ("a.png", PICTURE), "metadata": (None, '{"a":"b"}', "application/json"), "id": (None, "two")}
        image = self.images.v1.post(ACCOUNT, files=files)
        self.assertEqual((image["id"], image["filename"], image["meta"]), ("two", "a.png", {"a": "b"}))
        self.assertEqual(self.images.v1.get(ACCOUNT, "two"), image)
        self.assertEqual(self.images.v1.blob.get(ACCOUNT, "two"), PICTURE)
        for version in (self.images.v1, self.images.v2):
            self.assertEqual([found["id"] for found in version.get(ACCOUNT)["images"]], ["two"])
        changed = self.images.v1.patch(ACCOUNT, "two", data={"metadata": {"c": "d"}})
        self.assertEqual(changed["meta"], {"c": "d"})
        self.assertEqual(self.images.v1.stats.get(ACCOUNT)["count"]["current"], 1)
        self.assertEqual(self.images.v1.delete(ACCOUNT, "two"), {})

    def test_an_upload_is_reserved_without_a_body_and_filled(self):
        reserved = self.images.v2.direct_upload.post(ACCOUNT)
        answer = requests.post(reserved["uploadURL"], files={"file": ("a.png", PICTURE)}, timeout=10)
        self.assertEqual(answer.status_code, 200, answer.text)
        self.images.v1.delete(ACCOUNT, reserved["id"])

    def test_keys_variants_and_the_configuration_are_changed(self):
        self.assertEqual(len(self.images.v1.keys.put(ACCOUNT, "second")["keys"]), 2)
        self.assertEqual(len(self.images.v1.keys.delete(ACCOUNT, "second")["keys"]), 1)
        self.assertEqual(len(self.images.v1.keys.get(ACCOUNT)["keys"]), 1)
        options = {"fit": "cover", "width": 20, "height": 10, "metadata": "none"}
        self.images.v1.variants.post(ACCOUNT, data={"id": "banner", "options": options})
        changed = self.images.v1.variants.patch(ACCOUNT, "banner", data={"options": {**options, "width": 8}})
        self.assertEqual(changed["variant"]["options"]["width"], 8)
        self.assertEqual(set(self.images.v1.variants.get(ACCOUNT)["variants"]), {"public", "banner"})
        self.images.v1.variants.delete(ACCOUNT, "banner")
        self.assertTrue(self.images.v1.config.patch(ACCOUNT, data={"flexible_variants": True})["flexible_variants"])

    def test_a_refusal_is_an_exception_with_the_code_of_the_service(self):
        with self.assertRaises(CloudFlare.exceptions.CloudFlareAPIError) as caught:
            self.images.v1.get(ACCOUNT, "nobody")
        self.assertEqual((int(caught.exception), str(caught.exception)), (5404, "Image not found"))
        with self.assertRaises(CloudFlare.exceptions.CloudFlareAPIError) as caught:
            self.images.v1.post(ACCOUNT, files={"file": ("a.txt", b"no picture")})
        self.assertEqual(int(caught.exception), 5455)


if __name__ == "__main__":
    unittest.main(verbosity=2)
