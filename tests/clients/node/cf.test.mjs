// Cloudflare's own command, `cf` from npm: every command that it has for Images, with its base URL and
// token from the environment variables that it offers for that.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { promisify } from 'node:util';

import { png } from '../pictures.mjs';

const folder = mkdtempSync(join(tmpdir(), 'lenticular-'));
after(() => rmSync(folder, { recursive: true }));

const cf = dirname(createRequire(import.meta.url).resolve('cf/package.json'));
const catalog = JSON.parse(readFileSync(join(cf, 'cf-dist/_meta/commands.json')));
const offered = catalog.commands.map(({ command }) => command).filter((command) => command.startsWith('cf images '));
const made = new Set();

/** Runs `cf images AREA NAME …` and gives what it prints. */
async function images(area, name, ...args) {
  made.add(`cf images ${area} ${name}`);
  const env = {
    ...process.env,
    HOME: folder,
    XDG_CONFIG_HOME: folder,
    CF_HIDE_COMMANDS: 'false', // at this version the commands for Images are not yet announced
    CLOUDFLARE_BASE_URL: process.env.LENTICULAR_API,
    CLOUDFLARE_ACCOUNT_ID: process.env.LENTICULAR_ACCOUNT,
    CLOUDFLARE_API_TOKEN: process.env.LENTICULAR_TOKEN,
  };
  const command = [join(cf, 'bin/cf'), 'images', area, name, ...args];
  const { stdout } = await promisify(execFile)(process.execPath, command, { env });
  return JSON.parse(stdout);
}

const json = (value) => ['--body', JSON.stringify(value)];

test('an image is uploaded, listed, read, edited, fetched and deleted', async () => {
  const path = join(folder, 'a.png');
  writeFileSync(path, png(40, 30));
  const { id, filename } = await images('v1', 'create', '--file', path);
  assert.equal(filename, 'a.png');
  assert.equal((await images('v1', 'get', id)).id, id);
  assert.deepEqual((await images('v1', 'list', '--per-page', '10')).images.map((image) => image.id), [id]);
  assert.deepEqual((await images('v2', 'list', '--sort-order', 'asc')).images.map((image) => image.id), [id]);
  assert.deepEqual((await images('v1', 'edit', id, ...json({ metadata: { a: 'b' } }))).meta, { a: 'b' });
  assert.match(await images('v1', 'blobs-get', id), /PNG/);
  assert.equal((await images('v1', 'stats-get')).count.current, 1);
  assert.deepEqual(await images('v1', 'delete', id), {});
  await assert.rejects(images('v1', 'get', id), /5404|not found/i);
});

test('an upload is reserved with and without a body', async () => {
  const bare = await images('v2', 'direct-uploads-create');
  assert.match(bare.uploadURL, new RegExp(`/${bare.id}$`));
  const own = await images('v2', 'direct-uploads-create', ...json({ id: 'own', metadata: { a: 1 } }));
  assert.equal(own.id, 'own');
  for (const { id } of [bare, own]) await images('v1', 'delete', id);
});

test('keys are made, listed and deleted', async () => {
  const first = await images('v1', 'keys-list');
  assert.equal((await images('v1', 'keys-update', 'second')).keys.length, 2);
  assert.deepEqual(await images('v1', 'keys-delete', 'second'), first);
});

test('variants are made, listed, read in both forms, edited and deleted', async () => {
  const options = { fit: 'cover', metadata: 'none', width: 20, height: 10 };
  await images('v1', 'variants-create', ...json({ id: 'banner', options }));
  const { variant } = await images('v1', 'variants-get', 'banner');
  assert.deepEqual(variant.options, options);
  assert.deepEqual(await images('v1-extra', 'variants-flat-get', 'banner'), variant);
  assert.ok('banner' in (await images('v1', 'variants-list')).variants);
  const edited = await images('v1', 'variants-edit', 'banner', ...json({ options: { ...options, width: 8 } }));
  assert.equal(edited.variant.options.width, 8);
  assert.deepEqual(await images('v1', 'variants-delete', 'banner'), {});
});

test('every command that cf has for Images was run', () => {
  console.log(`\nCommands of npm cf ${catalog.version ?? ''}:\n${offered.map((command) => `  ${command}`).join('\n')}\n`);
  assert.ok(offered.length >= 18, `only ${offered.length} commands found`);
  assert.deepEqual(offered.filter((command) => !made.has(command)), []);
});
