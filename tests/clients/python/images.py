"""The official Python SDK, unchanged but for its base URL and token, makes every call that it offers
for Images, with its synchronous and with its asynchronous client.

The server is in the environment: see tests/clients/run.
"""

import contextlib
import http.server
import inspect
import io
import json
import logging
import os
import sys
import tempfile
import threading
import time
import unittest
import warnings
from datetime import datetime, timedelta, timezone
from pathlib import Path

import cloudflare
import httpx

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from pictures import png, size_of  # noqa: E402

from every_call import made, table, watch  # noqa: E402

ACCOUNT = {"account_id": os.environ["LENTICULAR_ACCOUNT"]}
SERVER = {"base_url": os.environ["LENTICULAR_API"], "api_token": os.environ["LENTICULAR_TOKEN"]}
PICTURE = png(40, 30)
offered = {}


async def settled(answer):
    """What a call gives, at once or later."""
    return await answer if inspect.isawaitable(answer) else answer


class Calls:
    """What both clients do. Each test leaves the library as it was."""

    kind = None  # cloudflare.Cloudflare or cloudflare.AsyncCloudflare
    http = None  # the matching client of httpx

    def setUp(self):
        warnings.simplefilter("ignore", DeprecationWarning)
        self.opened = []
        self.client = self.connect()
        self.images = self.client.images
        name = self.kind.__name__
        calls = watch(self.images, f"{name}.images")
        for resource, path in ((self.client.user.tokens, "user"), (self.client.accounts.tokens, "accounts")):
            calls += [call for call in watch(resource, f"{name}.{path}.tokens") if call.endswith(".verify")]
        offered[self.kind] = calls

    async def asyncTearDown(self):
        for client in self.opened:
            await settled(client.close())

    def __str__(self):
        return f"{self.kind.__name__}: {self._testMethodName.removeprefix('test_').replace('_', ' ')}"

    def connect(self, **other):
        """A client that is closed at the end; without credentials of its own, with ours."""
        credentials = SERVER if not {"api_token", "api_key"} & set(other) else {"base_url": SERVER["base_url"]}
        client = self.kind(**{**credentials, **other})
        self.opened.append(client)
        return client

    async def upload(self, **fields):
        """An image of our small picture."""
        fields.setdefault("file", ("a.png", PICTURE))
        return await settled(self.images.v1.create(**ACCOUNT, **fields))

    async def delete(self, *image_ids):
        """Deletes images."""
        for image_id in image_ids:
            await settled(self.images.v1.delete(image_id, **ACCOUNT))

    @contextlib.asynccontextmanager
    async def refusal(self, kind, status, code):
        """The block is refused with this class, this status and this code."""
        with self.assertRaises(kind) as caught:
            yield
        self.assertEqual(caught.exception.status_code, status)
        self.assertEqual(caught.exception.body["errors"][0]["code"], code)

    async def blob(self, image_id):
        """The stored bytes."""
        answer = await settled(self.images.v1.blobs.get(image_id, **ACCOUNT))
        return await settled(answer.read())

    async def test_the_token_is_valid_and_active(self):
        verified = await settled(self.client.user.tokens.verify())
        self.assertEqual(verified.status, "active")
        verified = await settled(self.client.accounts.tokens.verify(**ACCOUNT))
        self.assertEqual(verified.status, "active")

    async def test_a_file_is_uploaded_from_bytes_a_stream_and_a_path(self):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "from-path.png")
            path.write_bytes(PICTURE)
            stream = io.BytesIO(PICTURE)
            stream.name = "from-stream.png"
            sources = {"upload": PICTURE, "from-stream.png": stream, "from-path.png": path}
            for name, source in sources.items():
                with self.subTest(name):
                    image = await self.upload(file=source)
                    self.assertEqual(image.filename, name)
                    self.assertEqual(await self.blob(image.id), PICTURE)
                    await self.delete(image.id)

    async def test_an_image_is_uploaded_from_a_url(self):
        with origin() as url:
            image = await settled(self.images.v1.create(**ACCOUNT, url=f"{url}/album/from-url.png"))
        self.assertEqual(image.filename, "from-url.png")
        self.assertEqual(await self.blob(image.id), PICTURE)
        await self.delete(image.id)

    async def test_an_upload_takes_its_own_id_metadata_creator_and_visibility(self):
        own = await self.upload(id="shop/crème brûlée #1 100%.png", creator="anna")
        read = await settled(self.images.v1.get(own.id, **ACCOUNT))
        self.assertEqual((read.id, read.creator), ("shop/crème brûlée #1 100%.png", "anna"))
        metadata = {"role": "hero", "deep": {"x": {"y": "1"}}, "list": ["a", "b"]}
        nested = await self.upload(metadata=metadata)
        self.assertEqual(nested.meta, metadata)
        text = await self.upload(metadata=json.dumps({"n": 1, "on": True}))
        self.assertEqual(text.meta, {"n": 1, "on": True})
        hidden = await self.upload(require_signed_urls=True)
        self.assertTrue(hidden.require_signed_urls)
        self.assertEqual(httpx.get(hidden.variants[0], trust_env=False).status_code, 403)
        await self.delete(own.id, nested.id, text.id, hidden.id)

    async def test_an_image_is_edited_and_deleted(self):
        image = await self.upload(metadata={"a": "1"})
        edited = await settled(self.images.v1.edit(
            image.id, **ACCOUNT, metadata={"b": 2}, creator="ben", require_signed_urls=True))
        self.assertEqual((edited.meta, edited.creator, edited.require_signed_urls), ({"b": 2}, "ben", True))
        kept = await settled(self.images.v1.edit(edited.id, **ACCOUNT, require_signed_urls=False))
        self.assertEqual((kept.meta, kept.require_signed_urls), ({"b": 2}, False))
        await self.delete(image.id)
        async with self.refusal(cloudflare.NotFoundError, 404, 5404):
            await settled(self.images.v1.get(image.id, **ACCOUNT))

    async def test_the_old_list_is_walked_by_page_until_it_is_empty(self):
        ids = [(await self.upload()).id for _ in range(5)]
        found = []
        page = await settled(self.images.v1.list(**ACCOUNT, per_page=2))
        # The SDK looks for `items`, which this API does not have; what it does not know stays a dictionary.
        while page.result.images:
            found += [image["id"] for image in page.result.images]
            page = await settled(page.get_next_page())
        self.assertCountEqual(found, ids)
        await self.delete(*ids)

    async def test_the_new_list_is_walked_by_its_token_and_filtered(self):
        ids = []
        for n in range(5):
            creator = {} if n == 4 else {"creator": "list"}
            metadata = {"parity": "odd" if n % 2 else "even"}
            ids.append((await self.upload(metadata=metadata, **creator)).id)

        async def walk(**query):
            found, token = [], None
            while True:
                given = {"continuation_token": token} if token else {}
                page = await settled(self.images.v2.list(**ACCOUNT, per_page=2, **given, **query))
                found += [image.id for image in page.images]
                token = page.continuation_token
                if not token:
                    return found

        self.assertEqual(await walk(sort_order="asc"), ids)
        self.assertEqual(await walk(sort_order="desc"), ids[::-1])
        self.assertEqual(await walk(sort_order="asc", creator="list"), ids[:4])
        self.assertEqual(await walk(sort_order="asc", meta={"parity[eq]": "odd"}), [ids[1], ids[3]])
        self.assertEqual(await walk(sort_order="asc", meta={"parity[in]": "odd|other"}), [ids[1], ids[3]])
        await self.delete(*ids)

    async def test_the_number_of_images_is_told(self):
        before = await settled(self.images.v1.stats.get(**ACCOUNT))
        image = await self.upload()
        after = await settled(self.images.v1.stats.get(**ACCOUNT))
        self.assertEqual(after.count.current, before.count.current + 1)
        await self.delete(image.id)

    async def test_signing_keys_are_made_listed_renewed_and_deleted(self):
        keys = self.images.v1.keys
        first = (await settled(keys.list(**ACCOUNT))).keys
        made_keys = (await settled(keys.update("second", **ACCOUNT))).keys
        self.assertCountEqual([key.name for key in made_keys], ["default", "second"])
        renewed = (await settled(keys.update("second", **ACCOUNT))).keys

        def value(of):
            return next(key.value for key in of if key.name == "second")

        self.assertNotEqual(value(renewed), value(made_keys))
        self.assertEqual((await settled(keys.delete("second", **ACCOUNT))).keys, first)
        async with self.refusal(cloudflare.NotFoundError, 404, 5404):
            await settled(keys.delete("second", **ACCOUNT))

    async def test_variants_are_made_listed_edited_and_deleted_and_shape_what_is_delivered(self):
        variants = self.images.v1.variants
        options = {"fit": "cover", "width": 20, "height": 10, "metadata": "none"}
        created = await settled(variants.create(**ACCOUNT, id="banner", options=options))
        self.assertEqual((created.variant.options.width, created.variant.options.fit), (20, "cover"))
        self.assertEqual((await settled(variants.get("banner", **ACCOUNT))).variant.id, "banner")
        listed = (await settled(variants.list(**ACCOUNT))).variants.to_dict()
        self.assertCountEqual(listed, ["banner", "public"])
        image = await self.upload()
        url = next(url for url in image.variants if url.endswith("/banner"))

        def delivered():
            return size_of(httpx.get(url, headers={"accept": "image/png"}, trust_env=False).content)

        self.assertEqual(delivered(), (20, 10))
        small = {**options, "width": 8, "height": 8}
        edited = await settled(variants.edit("banner", **ACCOUNT, options=small, never_require_signed_urls=True))
        self.assertTrue(edited.variant.never_require_signed_urls)
        self.assertEqual(delivered(), (8, 8))
        await settled(variants.delete("banner", **ACCOUNT))
        async with self.refusal(cloudflare.NotFoundError, 404, 5401):
            await settled(variants.get("banner", **ACCOUNT))
        await self.delete(image.id)

    async def test_a_direct_upload_is_reserved_and_its_url_takes_one_file(self):
        reserve = self.images.v2.direct_uploads.create
        expiry = datetime.now(timezone.utc) + timedelta(minutes=10)
        bare = await settled(reserve(**ACCOUNT))
        own = await settled(reserve(**ACCOUNT, id="drafts/one", metadata={"a": "b"}, expiry=expiry, creator="c"))
        hidden = await settled(reserve(**ACCOUNT, require_signed_urls=True))
        for draft in (bare, own, hidden):
            first, second = (
                httpx.post(draft.upload_url, files={"file": ("direct.png", PICTURE)}, trust_env=False)
                for _ in range(2))
            self.assertEqual((first.status_code, second.status_code), (200, 409), first.text)
        image = await settled(self.images.v1.get("drafts/one", **ACCOUNT))
        self.assertEqual((image.meta, image.creator, image.filename), ({"a": "b"}, "c", "direct.png"))
        await self.delete(bare.id, own.id, hidden.id)

    async def test_refusals_are_the_classes_of_the_sdk_with_the_codes_of_the_service(self):
        async with self.refusal(cloudflare.NotFoundError, 404, 5404):
            await settled(self.images.v1.get("nobody", **ACCOUNT))
        async with self.refusal(cloudflare.BadRequestError, 400, 5400):
            await settled(self.images.v1.create(**ACCOUNT))
        async with self.refusal(cloudflare.BadRequestError, 400, 5411):
            await self.upload(id="/x")
        async with self.refusal(cloudflare.APIStatusError, 415, 5455):
            await self.upload(file=("a.txt", b"no picture"))
        async with self.refusal(cloudflare.APIStatusError, 413, 5413):
            await self.upload(file=("huge.png", png(4, 4, padding=bytes(11 * 1024 * 1024))))
        async with self.refusal(cloudflare.PermissionDeniedError, 403, 5403):
            await settled(self.images.v1.get("x", account_id="f" * 32))
        stranger = self.connect(api_token="not-the-token")
        async with self.refusal(cloudflare.AuthenticationError, 401, 10000):
            await settled(stranger.images.v1.stats.get(**ACCOUNT))
        async with self.refusal(cloudflare.AuthenticationError, 401, 1000):
            await settled(stranger.user.tokens.verify())

    async def test_an_email_and_a_global_key_are_understood_and_are_not_a_way_in(self):
        legacy = self.connect(api_email="a@example.com", api_key="a" * 37)
        async with self.refusal(cloudflare.AuthenticationError, 401, 10000):
            await settled(legacy.images.v1.stats.get(**ACCOUNT))
        garbled = self.connect(api_email="nobody", api_key="short")
        async with self.refusal(cloudflare.BadRequestError, 400, 6003):
            await settled(garbled.images.v1.stats.get(**ACCOUNT))

    async def test_a_taken_id_is_a_conflict_and_is_not_sent_again(self):
        sent = []
        counting = self.connect(http_client=self.http(
            event_hooks={"request": [self.hook(sent.append)]}))
        upload = {**ACCOUNT, "id": "taken", "file": ("a.png", PICTURE)}
        await settled(counting.images.v1.create(**upload))
        async with self.refusal(cloudflare.ConflictError, 409, 5409):
            await settled(counting.images.v1.create(**upload))
        self.assertEqual(len(sent), 2)
        await self.delete("taken")

    async def test_an_upload_whose_answer_was_lost_is_sent_again_and_the_image_is_there_once(self):
        answered = []

        def lose_the_first(response):
            answered.append(response)
            if len(answered) == 1:
                raise httpx.ReadError("the connection is gone")

        lossy = self.connect(http_client=self.http(
            event_hooks={"response": [self.hook(lose_the_first)]}))
        async with self.refusal(cloudflare.ConflictError, 409, 5409):
            await settled(lossy.images.v1.create(**ACCOUNT, id="lost", file=("a.png", PICTURE)))
        retries = [answer.request.headers["x-stainless-retry-count"] for answer in answered]
        self.assertEqual(retries, ["0", "1"])
        self.assertEqual(await self.blob("lost"), PICTURE)
        await self.delete("lost")

    async def test_raw_answers_have_the_headers_of_the_service(self):
        raw = await settled(self.images.v1.stats.with_raw_response.get(**ACCOUNT))
        self.assertEqual(raw.headers["content-type"], "application/json")
        self.assertIn("no-store", raw.headers["cache-control"])
        envelope = json.loads(await settled(raw.read()))
        self.assertEqual((envelope["success"], envelope["errors"], envelope["messages"]), (True, [], []))


class Sync(Calls, unittest.IsolatedAsyncioTestCase):
    """Cloudflare, the synchronous client."""

    kind, http = cloudflare.Cloudflare, httpx.Client

    @staticmethod
    def hook(take):
        """A hook of httpx."""
        return take


class Async(Calls, unittest.IsolatedAsyncioTestCase):
    """AsyncCloudflare, the asynchronous client."""

    kind, http = cloudflare.AsyncCloudflare, httpx.AsyncClient

    @staticmethod
    def hook(take):
        """A hook of httpx."""
        async def taking(value):
            take(value)
        return taking


@contextlib.contextmanager
def origin():
    """A server that answers every request with our picture."""
    class Pictures(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("content-type", "image/png")
            self.end_headers()
            self.wfile.write(PICTURE)

        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Pictures) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def main():
    """Runs the tests, then looks whether anything was left out."""
    # Tests of asynchronous code run with its debugging on, which remarks on every slow step.
    logging.getLogger("asyncio").setLevel(logging.ERROR)
    began = time.monotonic()
    succeeded = unittest.main(verbosity=2, exit=False).result.wasSuccessful()
    calls = [call for of_kind in offered.values() for call in of_kind]
    print(f"\nCalls of PyPI cloudflare {cloudflare.__version__}, in {time.monotonic() - began:.1f} s:")
    print(table(calls))
    forgotten = [call for call in calls if not made[call]]
    if forgotten or len(calls) < 38:
        print(f"not called: {forgotten} of {len(calls)}")
    sys.exit(0 if succeeded and not forgotten and len(calls) >= 38 else 1)


if __name__ == "__main__":
    main()
