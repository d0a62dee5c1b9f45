// The official TypeScript SDK, unchanged but for its base URL and token, makes every call that it
// offers for Images. The server is in the environment: see tests/clients/run.

import assert from 'node:assert/strict';
import { createReadStream, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';

import Cloudflare, { toFile } from 'cloudflare';
import { VERSION } from 'cloudflare/version';

import { png, sizeOf } from '../pictures.mjs';
import { table, watch } from './every_call.mjs';

const { LENTICULAR_API: baseURL, LENTICULAR_TOKEN: apiToken, LENTICULAR_ACCOUNT: account_id } = process.env;
const inAccount = { account_id };

const made = new Map();
const client = new Cloudflare({ baseURL, apiToken });
const offered = [
  ...watch(client.images, 'images', made),
  ...watch(client.user.tokens, 'user.tokens', made).filter((call) => call.endsWith('.verify')),
  ...watch(client.accounts.tokens, 'accounts.tokens', made).filter((call) => call.endsWith('.verify')),
];
const { v1, v2 } = client.images;

const folder = mkdtempSync(join(tmpdir(), 'lenticular-'));
after(() => rmSync(folder, { recursive: true }));

const picture = png(40, 30);
const file = (name = 'a.png') => toFile(picture, name);

/** A client whose requests pass through `around`, which may answer in the server's place. */
function clientWith(around, options = {}) {
  return new Cloudflare({
    baseURL,
    apiToken,
    // The SDK also fetches `data:,` once, to see what this platform's fetch can do.
    fetch: (url, init) => (String(url).startsWith('http') ? around(() => fetch(url, init), init) : fetch(url, init)),
    ...options,
  });
}

async function refused(call, kind, status, code) {
  const error = await call.then(
    () => assert.fail(`this should have been refused with ${status}`),
    (error) => error,
  );
  assert.ok(error instanceof kind, `${error.constructor.name}: ${error.message}`);
  assert.equal(error.status, status);
  assert.equal(error.errors?.[0]?.code, code, JSON.stringify(error.errors));
}

test('the token is valid and active, asked for the user and for the account', async () => {
  assert.equal((await client.user.tokens.verify()).status, 'active');
  assert.equal((await client.accounts.tokens.verify(inAccount)).status, 'active');
});

test('a file is uploaded from a stream, from bytes and from a Blob, and comes back as it was', async () => {
  const path = join(folder, 'from-stream.png');
  writeFileSync(path, picture);
  const sources = { stream: createReadStream(path), bytes: await file(), blob: new File([picture], 'b.png') };
  for (const [kind, source] of Object.entries(sources)) {
    const image = await v1.create({ ...inAccount, file: source, metadata: { kind } });
    assert.match(image.id, /^[0-9a-f]{8}-[0-9a-f]{4}-/);
    assert.equal(image.filename, { stream: 'from-stream.png', bytes: 'a.png', blob: 'b.png' }[kind]);
    assert.deepEqual(image.meta, { kind });
    assert.equal(image.requireSignedURLs, false);
    const blob = await v1.blobs.get(image.id, inAccount);
    assert.equal(blob.headers.get('content-type'), 'image/png');
    assert.deepEqual(Buffer.from(await blob.arrayBuffer()), picture, kind);
    await v1.delete(image.id, inAccount);
  }
});

test('an image is uploaded from a URL', async () => {
  const origin = createServer((_, response) => response.setHeader('content-type', 'image/png').end(picture));
  await new Promise((listening) => origin.listen(0, '127.0.0.1', listening));
  const url = `http://127.0.0.1:${origin.address().port}/album/from-url.png`;
  const image = await v1.create({ ...inAccount, url, creator: 'origin' });
  origin.close();
  assert.equal(image.filename, 'from-url.png');
  assert.equal(image.creator, 'origin');
  await v1.delete(image.id, inAccount);
});

test('an upload takes its own ID, metadata as an object or as text, creator and visibility', async () => {
  const id = 'shop/crème brûlée #1 100%.png';
  const own = await v1.create({ ...inAccount, file: await file(), id, creator: 'anna' });
  assert.equal(own.id, id);
  const object = { role: 'hero', deep: { x: { y: '1' } }, list: ['a', 'b'] };
  const nested = await v1.create({ ...inAccount, file: await file(), metadata: object });
  assert.deepEqual(nested.meta, object);
  const text = await v1.create({ ...inAccount, file: await file(), metadata: JSON.stringify({ n: 1, on: true }) });
  assert.deepEqual(text.meta, { n: 1, on: true });
  const hidden = await v1.create({ ...inAccount, file: await file(), requireSignedURLs: true });
  assert.equal(hidden.requireSignedURLs, true);
  assert.equal((await fetch(hidden.variants[0])).status, 403);
  assert.equal((await v1.get(id, inAccount)).creator, 'anna');
  for (const { id } of [own, nested, text, hidden]) await v1.delete(id, inAccount);
});

test('an image is read, edited and deleted', async () => {
  const { id } = await v1.create({ ...inAccount, file: await file(), metadata: { a: '1' } });
  const edited = await v1.edit(id, { ...inAccount, metadata: { b: 2 }, creator: 'ben', requireSignedURLs: true });
  assert.deepEqual(edited.meta, { b: 2 });
  assert.equal(edited.requireSignedURLs, true);
  const kept = await v1.edit(edited.id, { ...inAccount, requireSignedURLs: false });
  assert.deepEqual([kept.meta, kept.creator], [{ b: 2 }, 'ben']);
  assert.deepEqual(await v1.get(id, inAccount), kept);
  assert.deepEqual(await v1.delete(id, inAccount), {});
  await refused(v1.get(id, inAccount), Cloudflare.NotFoundError, 404, 5404);
});

test('the old list is walked by page until it is empty', async () => {
  const ids = [];
  for (let n = 0; n < 5; n += 1) ids.push((await v1.create({ ...inAccount, file: await file() })).id);
  const found = [];
  let page = await v1.list({ ...inAccount, per_page: 2 });
  while (page.result.images.length > 0) {
    found.push(...page.result.images.map((image) => image.id));
    page = await page.getNextPage();
  }
  assert.deepEqual(found.sort(), ids.sort());
  // The SDK looks for `items`, which this API does not have: its own iteration ends at once.
  for await (const _ of v1.list({ ...inAccount, per_page: 2 })) assert.fail('the API has no items');
  for (const id of ids) await v1.delete(id, inAccount);
});

test('the new list is walked by its token, in both orders, filtered by creator and metadata', async () => {
  const ids = [];
  for (let n = 0; n < 5; n += 1) {
    const creator = n === 4 ? undefined : 'list';
    const metadata = { parity: n % 2 ? 'odd' : 'even' };
    ids.push((await v1.create({ ...inAccount, file: await file(), creator, metadata })).id);
  }
  const walk = async (query) => {
    const found = [];
    let continuation_token = null;
    do {
      const page = await v2.list({ ...inAccount, per_page: 2, continuation_token, ...query });
      found.push(...page.images.map((image) => image.id));
      continuation_token = page.continuation_token;
    } while (continuation_token);
    return found;
  };
  assert.deepEqual(await walk({ sort_order: 'asc' }), ids);
  assert.deepEqual(await walk({ sort_order: 'desc' }), ids.toReversed());
  assert.deepEqual(await walk({ sort_order: 'asc', creator: 'list' }), ids.slice(0, 4));
  assert.deepEqual(await walk({ sort_order: 'asc', creator: null }), ids.slice(4));
  const odd = { 'parity[eq]': 'odd' };
  assert.deepEqual(await walk({ sort_order: 'asc', meta: odd }), [ids[1], ids[3]]);
  assert.deepEqual(await walk({ sort_order: 'asc', meta: { 'parity[in]': 'odd|other' } }), [ids[1], ids[3]]);
  for (const id of ids) await v1.delete(id, inAccount);
});

test('the number of images is told', async () => {
  const before = await v1.stats.get(inAccount);
  const { id } = await v1.create({ ...inAccount, file: await file() });
  const after = await v1.stats.get(inAccount);
  assert.equal(after.count.current, before.count.current + 1);
  assert.ok(after.count.allowed > 0);
  await v1.delete(id, inAccount);
});

test('signing keys are made, listed, renewed and deleted', async () => {
  const [first] = (await v1.keys.list(inAccount)).keys;
  const { keys } = await v1.keys.update('second', inAccount);
  assert.deepEqual(keys.map((key) => key.name).sort(), ['default', 'second']);
  const renewed = (await v1.keys.update('second', inAccount)).keys;
  const value = (keys) => keys.find((key) => key.name === 'second').value;
  assert.notEqual(value(renewed), value(keys));
  assert.deepEqual((await v1.keys.delete('second', inAccount)).keys, [first]);
  await refused(v1.keys.delete('second', inAccount), Cloudflare.NotFoundError, 404, 5404);
});

test('variants are made, listed, edited and deleted, and shape what is delivered', async () => {
  const options = { fit: 'cover', width: 20, height: 10, metadata: 'none' };
  const { variant } = await v1.variants.create({ ...inAccount, id: 'banner', options });
  assert.deepEqual(variant.options, options);
  assert.deepEqual((await v1.variants.get('banner', inAccount)).variant, variant);
  assert.deepEqual(Object.keys((await v1.variants.list(inAccount)).variants).sort(), ['banner', 'public']);
  const image = await v1.create({ ...inAccount, file: await file() });
  const delivered = async () => {
    const url = image.variants.find((url) => url.endsWith('/banner'));
    const answer = await fetch(url, { headers: { accept: 'image/png' } });
    return sizeOf(await answer.arrayBuffer());
  };
  assert.deepEqual(await delivered(), [20, 10]);
  const edited = await v1.variants.edit('banner', {
    ...inAccount,
    options: { ...options, width: 8, height: 8 },
    neverRequireSignedURLs: true,
  });
  assert.equal(edited.variant.neverRequireSignedURLs, true);
  assert.deepEqual(await delivered(), [8, 8]);
  assert.deepEqual(await v1.variants.delete('banner', inAccount), {});
  await refused(v1.variants.get('banner', inAccount), Cloudflare.NotFoundError, 404, 5401);
  await v1.delete(image.id, inAccount);
});

test('a direct upload is reserved with and without fields, and its URL takes one file', async () => {
  const expiry = new Date(Date.now() + 600_000).toISOString();
  const bare = await v2.directUploads.create(inAccount);
  const own = await v2.directUploads.create({ ...inAccount, id: 'drafts/one', metadata: { a: 'b' }, expiry, creator: 'c' });
  const hidden = await v2.directUploads.create({ ...inAccount, requireSignedURLs: true });
  for (const { id, uploadURL } of [bare, own, hidden]) {
    assert.equal((await v1.get(id, inAccount)).draft, true);
    const form = new FormData();
    form.append('file', new File([picture], 'direct.png'));
    const first = await fetch(uploadURL, { method: 'POST', body: form });
    assert.equal(first.status, 200, await first.clone().text());
    assert.equal((await fetch(uploadURL, { method: 'POST', body: form })).status, 409);
  }
  const image = await v1.get('drafts/one', inAccount);
  assert.deepEqual([image.meta, image.creator, image.draft], [{ a: 'b' }, 'c', undefined]);
  for (const { id } of [bare, own, hidden]) await v1.delete(id, inAccount);
});

test('refusals are the classes of the SDK, with the codes of the service', async () => {
  await refused(v1.get('nobody', inAccount), Cloudflare.NotFoundError, 404, 5404);
  await refused(v1.create(inAccount), Cloudflare.BadRequestError, 400, 5400);
  await refused(v1.create({ ...inAccount, file: await file(), id: '/x' }), Cloudflare.BadRequestError, 400, 5411);
  const text = await toFile(Buffer.from('no picture'), 'a.txt');
  await refused(v1.create({ ...inAccount, file: text }), Cloudflare.APIError, 415, 5455);
  const huge = await toFile(png(4, 4, [1, 2, 3], 11 * 1024 * 1024), 'huge.png');
  await refused(v1.create({ ...inAccount, file: huge }), Cloudflare.APIError, 413, 5413);
  await refused(v1.get('x', { account_id: 'f'.repeat(32) }), Cloudflare.PermissionDeniedError, 403, 5403);
  const stranger = new Cloudflare({ baseURL, apiToken: 'not-the-token' });
  await refused(stranger.images.v1.stats.get(inAccount), Cloudflare.AuthenticationError, 401, 10000);
  await refused(stranger.user.tokens.verify(), Cloudflare.AuthenticationError, 401, 1000);
});

test('an email and a global key are understood, and are not a way in', async () => {
  const legacy = new Cloudflare({ baseURL, apiToken: null, apiEmail: 'a@example.com', apiKey: 'a'.repeat(37) });
  await refused(legacy.images.v1.stats.get(inAccount), Cloudflare.AuthenticationError, 401, 10000);
  const garbled = new Cloudflare({ baseURL, apiToken: null, apiEmail: 'nobody', apiKey: 'short' });
  await refused(garbled.images.v1.stats.get(inAccount), Cloudflare.BadRequestError, 400, 6003);
});

test('a taken ID is a conflict, and is not sent again and again', async () => {
  let sent = 0;
  const counting = clientWith((go) => ((sent += 1), go()));
  const upload = async () => counting.images.v1.create({ ...inAccount, id: 'taken', file: await file() });
  await upload();
  await refused(upload(), Cloudflare.ConflictError, 409, 5409);
  assert.equal(sent, 2);
  await v1.delete('taken', inAccount);
});

test('a server that is busy is asked again, with the number of the attempt', async () => {
  const attempts = [];
  const patient = clientWith((go, init) => {
    attempts.push(new Headers(init.headers).get('x-stainless-retry-count'));
    const busy = new Response('{}', { status: 503, headers: { 'retry-after-ms': '5' } });
    return attempts.length < 3 ? Promise.resolve(busy) : go();
  });
  const image = await patient.images.v1.create({ ...inAccount, file: await file() });
  assert.deepEqual(attempts, ['0', '1', '2']);
  await v1.delete(image.id, inAccount);
});

test('an upload whose answer was lost is sent again, and the image is there once', async () => {
  let sent = 0;
  const lossy = clientWith(async (go) => {
    const answer = await go();
    sent += 1;
    if (sent === 1) throw new TypeError('the connection is gone');
    return answer;
  });
  const upload = lossy.images.v1.create({ ...inAccount, id: 'lost', file: await file() });
  await refused(upload, Cloudflare.ConflictError, 409, 5409);
  const blob = await v1.blobs.get('lost', inAccount);
  assert.deepEqual(Buffer.from(await blob.arrayBuffer()), picture);
  await v1.delete('lost', inAccount);
});

test('every call that the SDK offers for Images was made', () => {
  console.log(`\nCalls of npm cloudflare ${VERSION}:\n${table(offered, made)}\n`);
  assert.ok(offered.length >= 19, `only ${offered.length} calls found: has the SDK changed its shape?`);
  assert.deepEqual(offered.filter((call) => !made.has(call)), []);
});
