"""Two clients for Django that others wrote, both from PyPI: django-cloudflare-images, a storage, and
django-cloudflareimages-toolkit, a service with models of its own.

The toolkit takes its base URL as a setting. The storage has the service's addresses written into its
functions, so that its requests are sent elsewhere on their way out of the library `requests`.
"""

import logging
import os
import sys
import unittest
from pathlib import Path

import django
import requests
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.management import call_command

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from pictures import png  # noqa: E402

API, DELIVERY = os.environ["LENTICULAR_API"], os.environ["LENTICULAR_DELIVERY"]
IDENTITY = {key: os.environ[f"LENTICULAR_{key}"] for key in ("TOKEN", "ACCOUNT", "HASH")}
PICTURE = png(40, 30)

settings.configure(
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
    INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", "django_cloudflareimages_toolkit"],
    USE_TZ=True,
    CLOUDFLARE_IMAGES={
        "ACCOUNT_ID": IDENTITY["ACCOUNT"],
        "ACCOUNT_HASH": IDENTITY["HASH"],
        "API_TOKEN": IDENTITY["TOKEN"],
        "BASE_URL": API,
        "REQUIRE_SIGNED_URLS": False,
    },
    CLOUDFLARE_IMAGES_ACCOUNT_ID=IDENTITY["ACCOUNT"],
    CLOUDFLARE_IMAGES_API_TOKEN=IDENTITY["TOKEN"],
    CLOUDFLARE_IMAGES_ACCOUNT_HASH=IDENTITY["HASH"],
)
django.setup()
call_command("migrate", verbosity=0)
# Refusals are wanted here; the toolkit logs each.
logging.disable(logging.CRITICAL)

from cloudflare_images.service import ApiException  # noqa: E402
from cloudflare_images.storage import CloudflareImagesStorage  # noqa: E402
from django_cloudflareimages_toolkit.exceptions import CloudflareImagesError, ImageNotFoundError, ImageNotReadyError  # noqa: E402
from django_cloudflareimages_toolkit.services import CloudflareImagesService  # noqa: E402

send = requests.Session.request


def redirected(session, method, url, **options):
    """The addresses of the service are those of the library here."""
    url = url.replace("https://api.cloudflare.com/client/v4", API).replace("https://imagedelivery.net", DELIVERY)
    return send(session, method, url, **options)


requests.Session.request = redirected


class Named(unittest.TestCase):
    """Tests are shown by the sentence that is their name."""

    client = None

    def __str__(self):
        return f"{self.client}: {self._testMethodName.removeprefix('test_').replace('_', ' ')}"


class Storage(Named):
    """What a model's file field does with its storage."""

    client = "django-cloudflare-images"

    def setUp(self):
        self.storage = CloudflareImagesStorage()

    def test_a_file_is_saved_opened_measured_and_deleted(self):
        name = self.storage.save("photos/a.png", ContentFile(PICTURE))
        self.assertTrue(self.storage.exists(name))
        self.assertIn(f"/{name}/public", self.storage.url(name))
        self.assertGreater(self.storage.size(name), 0)
        self.storage.delete(name)
        self.assertFalse(self.storage.exists(name))

    def test_a_refusal_is_an_exception_with_its_status(self):
        with self.assertRaises(ApiException) as caught:
            self.storage.save("a.txt", ContentFile(b"no picture"))
        self.assertEqual(caught.exception.status_code, 415)

    def test_a_one_time_url_is_reserved_without_any_body(self):
        reserved = self.storage.service.get_one_time_upload_url()["result"]
        answer = requests.post(reserved["uploadURL"], files={"file": ("a.png", PICTURE)}, timeout=10)
        self.assertEqual(answer.status_code, 200)
        details = self.storage.service.get_image_details(reserved["id"])
        self.assertEqual(details["filename"], "a.png")
        self.storage.delete(reserved["id"])


class Toolkit(Named):
    """What an application does with the toolkit's service."""

    client = "django-cloudflareimages-toolkit"

    def setUp(self):
        self.service = CloudflareImagesService()

    def test_an_upload_is_reserved_filled_registered_listed_changed_and_deleted(self):
        image = self.service.create_direct_upload_url(
            custom_id="toolkit/one", metadata={"album": "blue"}, expiry_minutes=10, creator="anna")
        with self.assertRaises(ImageNotReadyError):
            self.service.register_uploaded_image("toolkit%2Fone")
        answer = requests.post(image.upload_url, files={"file": ("a.png", PICTURE)}, timeout=10)
        self.assertEqual(answer.status_code, 200, answer.text)
        # The toolkit puts IDs into paths as they are, so a slash is escaped by its user.
        image.cloudflare_id = "toolkit%2Fone"
        self.assertFalse(self.service.check_image_status(image).get("draft"))
        self.assertTrue(image.is_ready)
        listed = self.service.list_images(page=1, per_page=10)["result"]["images"]
        self.assertEqual([found["id"] for found in listed], ["toolkit/one"])
        self.assertEqual(self.service.list_images(page=2, per_page=10)["result"]["images"], [])
        changed = self.service.update_image("toolkit%2Fone", metadata={"album": "red"})
        self.assertEqual(changed["result"]["meta"], {"album": "red"})
        self.assertTrue(self.service.delete_image(image))
        with self.assertRaises(ImageNotFoundError):
            self.service.delete_image(image)
        self.assertTrue(self.service.delete_image(image, missing_ok=True))

    def test_a_private_upload_is_registered_with_its_creator(self):
        reserved = self.service.get_direct_upload_url(require_signed_urls=True, creator="ben")
        answer = requests.post(reserved["uploadURL"], files={"file": ("a.png", PICTURE)}, timeout=10)
        self.assertEqual(answer.status_code, 200, answer.text)
        image = self.service.register_uploaded_image(reserved["id"], expected_creator="ben")
        self.assertTrue(image.require_signed_urls)
        self.assertEqual(requests.get(image.variants[0], timeout=10).status_code, 403)
        self.service.delete_image(image)

    def test_a_refusal_is_an_exception(self):
        with self.assertRaises(CloudflareImagesError):
            self.service.create_direct_upload_url(custom_id="/slash")
        with self.assertRaises(ImageNotFoundError):
            self.service.get_image("nobody")


if __name__ == "__main__":
    unittest.main(verbosity=2)
