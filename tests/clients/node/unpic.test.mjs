// unpic from npm writes delivery URLs for components of web frameworks. It always writes https; only
// that is changed here, since a local library speaks http.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { generate, transform } from 'unpic/providers/cloudflare_images';

import { png, sizeOf } from '../pictures.mjs';

const { LENTICULAR_API, LENTICULAR_TOKEN, LENTICULAR_ACCOUNT, LENTICULAR_DELIVERY, LENTICULAR_HASH } = process.env;
const options = { host: new URL(LENTICULAR_DELIVERY).host, accountHash: LENTICULAR_HASH };
const api = async (path, init) => {
  const headers = { authorization: `Bearer ${LENTICULAR_TOKEN}`, ...init.headers };
  const answer = await fetch(`${LENTICULAR_API}/accounts/${LENTICULAR_ACCOUNT}/images/v1${path}`, { ...init, headers });
  return (await answer.json()).result;
};
const deliver = (url) => fetch(url.replace('https:', 'http:'), { headers: { accept: 'image/webp' } });

let imageId;
before(async () => {
  await api('/config', { method: 'PATCH', body: JSON.stringify({ flexible_variants: true }) });
  const body = new FormData();
  body.append('file', new File([png(400, 300)], 'a.png'));
  imageId = (await api('', { method: 'POST', body })).id;
});
after(() => api(`/${imageId}`, { method: 'DELETE' }));

test('the size, the format and the fit of a URL are what is delivered', async () => {
  const answer = await deliver(generate('', { width: 40, height: 40, format: 'webp' }, { ...options, imageId }));
  assert.equal(answer.headers.get('content-type'), 'image/webp');
  assert.deepEqual(sizeOf(await answer.arrayBuffer()), [40, 40]);
});

test('a URL that is transformed again gives the new size', async () => {
  const first = generate('', { width: 40, height: 30, quality: 70 }, { ...options, imageId });
  const answer = await deliver(transform(first, { width: 80, height: 20, format: 'png' }));
  assert.equal(answer.headers.get('content-type'), 'image/png');
  assert.deepEqual(sizeOf(await answer.arrayBuffer()), [80, 20]);
});

test('an image that is not there is no picture', async () => {
  const answer = await deliver(generate('', { width: 40 }, { ...options, imageId: 'nobody' }));
  assert.equal(answer.status, 404);
  assert.match(await answer.text(), /^ERROR 9404: /);
});
