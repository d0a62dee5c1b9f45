// A page on another origin, in a real browser: it uploads to one-time URLs in three ways and shows
// what is delivered. CHROMIUM names the browser; SCREENSHOT, if set, is where a picture of it goes.

import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';

import { buildSync } from 'esbuild';
import puppeteer from 'puppeteer-core';

const { LENTICULAR_API, LENTICULAR_TOKEN, LENTICULAR_ACCOUNT } = process.env;
const images = `${LENTICULAR_API}/accounts/${LENTICULAR_ACCOUNT}/images`;
const here = (name) => new URL(name, import.meta.url).pathname;
const executablePath =
  process.env.CHROMIUM ?? ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);

const bundle = buildSync({ entryPoints: [here('page.mjs')], bundle: true, format: 'iife', write: false }).outputFiles[0].text;

/** The application: it serves the page, and asks for one-time URLs with the token that the page never sees. */
const application = createServer(async (request, response) => {
  if (request.url === '/reserve') {
    const headers = { authorization: `Bearer ${LENTICULAR_TOKEN}` };
    const answer = await fetch(`${images}/v2/direct_upload`, { method: 'POST', headers });
    return response.end(JSON.stringify((await answer.json()).result));
  }
  const isScript = request.url === '/page.js';
  response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html');
  return response.end(isScript ? bundle : readFileSync(here('page.html')));
});

let browser;
let page;
before(async () => {
  assert.ok(executablePath, 'no Chromium found: install it, or name it in CHROMIUM');
  await new Promise((listening) => application.listen(0, '127.0.0.1', listening));
  // Proxies of the machine are for the outside. As root, in a container, Chromium has no sandbox.
  const args = ['--no-proxy-server', ...(process.getuid() === 0 ? ['--no-sandbox'] : [])];
  browser = await puppeteer.launch({ executablePath, headless: true, args });
  page = await browser.newPage();
  page.on('pageerror', (error) => console.error(`in the page: ${error}`));
  await page.setViewport({ width: 960, height: 640 });
  await page.goto(`http://localhost:${application.address().port}/`);
  console.log(`${await browser.version()}, page on ${new URL(page.url()).origin}, library on ${new URL(LENTICULAR_API).origin}`);
});
after(async () => {
  if (page && process.env.SCREENSHOT) await page.screenshot({ path: process.env.SCREENSHOT });
  await browser?.close();
  application.close();
  application.closeAllConnections();
});

const inPage = (name, ...args) => page.evaluate((name, args) => window[name](...args), name, args);

for (const [way, name] of Object.entries({ withForm: 'fetch and FormData', withUppy: 'Uppy', withDropzone: 'Dropzone' })) {
  test(`a picture uploaded with ${name} is shown in the page`, async () => {
    assert.deepEqual(await inPage(way), { width: 320, height: 200 });
  });
}

test('a page can read why a file was refused', async () => {
  const seen = await inPage('refusals');
  const read = Object.fromEntries(Object.entries(seen).map(([kind, { status, text }]) => [kind, [status, text.slice(0, 10)]]));
  assert.deepEqual(read, {
    large: [413, 'ERROR 5413'],
    text: [415, 'ERROR 5455'],
    used: [409, 'ERROR 5409'],
    unknown: [404, 'ERROR 5404'],
  });
});

test('after a refused file the same URL takes another', async () => {
  assert.deepEqual(await inPage('secondTry'), [415, 200]);
});

test('a page on another origin cannot read the API', async () => {
  assert.equal(await inPage('apiFromPage', `${images}/v1`), 'kept from the page');
});
