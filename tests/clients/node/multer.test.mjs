// multer-cloudflare-storage from npm: a form that a server receives goes on to the service while it
// comes in, without a known length. Its base URL is the property `destURL`, set after it was made.

import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';

import multer from 'multer';
import storages from 'multer-cloudflare-storage';

import { png } from '../pictures.mjs';

const { LENTICULAR_API, LENTICULAR_TOKEN, LENTICULAR_ACCOUNT } = process.env;
const Storage = storages.CloudflareStorage ?? storages.default ?? storages;
const storage = new Storage(LENTICULAR_ACCOUNT, LENTICULAR_TOKEN);
storage.destURL = storage.destURL.replace('https://api.cloudflare.com/client/v4', LENTICULAR_API);
const api = (id) =>
  fetch(`${storage.destURL}/${id}`, { headers: { authorization: `Bearer ${LENTICULAR_TOKEN}` } });

/** An application that stores the picture of a form, and takes it back when asked to. */
const accept = multer({ storage }).single('picture');
const application = createServer((request, response) => {
  accept(request, response, (error) => {
    if (error) return response.writeHead(502).end(error.message);
    if (request.url !== '/regret') return response.end(JSON.stringify(request.file));
    return storage._removeFile(request, request.file, (failed) => response.end(JSON.stringify({ ...request.file, failed })));
  });
});
before(() => new Promise((listening) => application.listen(0, '127.0.0.1', listening)));
after(() => application.close());

async function submit(path, bytes, name) {
  const form = new FormData();
  form.append('picture', new File([bytes], name));
  return fetch(`http://127.0.0.1:${application.address().port}${path}`, { method: 'POST', body: form });
}

test('a form sent to an application ends up in the library, whole', async () => {
  const bytes = png(300, 200, [9, 9, 9], 700_000);
  const stored = await (await submit('/', bytes, 'from form.png')).json();
  assert.equal(stored.filename, 'from form.png');
  const blob = await api(`${stored.destination}/blob`);
  assert.deepEqual(Buffer.from(await blob.arrayBuffer()), bytes);
  assert.equal((await fetch(stored.path)).status, 200);
});

test('a file that the application takes back is deleted', async () => {
  const taken = await (await submit('/regret', png(4, 4), 'b.png')).json();
  assert.equal(taken.failed, null);
  assert.equal((await api(taken.destination)).status, 404);
});

test('a refusal reaches the application as an error', async () => {
  const answer = await submit('/', Buffer.from('no picture'), 'a.txt');
  assert.equal(answer.status, 502);
  assert.match(await answer.text(), /error in uploading/);
});
