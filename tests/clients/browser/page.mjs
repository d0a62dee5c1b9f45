// The page's own code, as an application would write it: a one-time URL from the application's back
// end, the file straight to the service, the result in an <img>.

import Uppy from '@uppy/core';
import XHRUpload from '@uppy/xhr-upload';
import Dropzone from 'dropzone';

/** A picture that somebody painted in the page. */
async function painting(color, type = 'image/png') {
  const canvas = Object.assign(document.createElement('canvas'), { width: 320, height: 200 });
  const brush = canvas.getContext('2d');
  brush.fillStyle = color;
  brush.fillRect(0, 0, 320, 200);
  brush.fillStyle = 'white';
  brush.beginPath();
  brush.arc(160, 100, 70, 0, 7);
  brush.fill();
  return new Promise((painted) => canvas.toBlob(painted, type));
}

const reserve = async () => (await (await fetch('/reserve', { method: 'POST' })).json()).uploadURL;

/** Shows a delivered picture; gives its width once the browser has decoded it. */
async function show(panel, { result }) {
  const image = new Image();
  image.crossOrigin = 'anonymous';
  image.src = result.variants[0];
  document.querySelector(panel).append(image);
  await image.decode();
  return { width: image.naturalWidth, height: image.naturalHeight };
}

async function send(url, blob, name) {
  const form = new FormData();
  form.append('file', blob, name);
  const answer = await fetch(url, { method: 'POST', body: form });
  return { status: answer.status, text: await answer.text() };
}

/** The plain way: fetch and FormData. */
async function withForm() {
  const { text } = await send(await reserve(), await painting('teal'), 'painting.png');
  return show('#form', JSON.parse(text));
}

/** Uppy with its plugin for forms. */
async function withUppy() {
  const endpoint = await reserve();
  const uppy = new Uppy({ autoProceed: false }).use(XHRUpload, { endpoint, fieldName: 'file' });
  uppy.addFile({ name: 'from-uppy.jpg', type: 'image/jpeg', data: await painting('crimson', 'image/jpeg') });
  const { successful } = await uppy.upload();
  return show('#uppy', successful[0].response.body);
}

/** Dropzone, which sends headers that need a preflight. */
async function withDropzone() {
  const url = await reserve();
  const zone = new Dropzone('#dropzone', { url, paramName: 'file', autoProcessQueue: true });
  const answer = new Promise((succeeded, failed) => {
    zone.on('success', (_, document) => succeeded(document));
    zone.on('error', (_, message) => failed(new Error(JSON.stringify(message))));
  });
  zone.addFile(new File([await painting('navy')], 'from-dropzone.png', { type: 'image/png' }));
  return show('#dropzone', await answer);
}

/** What the page learns of refusals: too large, no picture, a URL that was used, a URL that is none. */
async function refusals() {
  const picture = await painting('olive');
  const used = await reserve();
  await send(used, picture, 'a.png');
  const seen = {
    large: await send(await reserve(), new Blob([picture, new Uint8Array(12 * 1024 * 1024)]), 'large.png'),
    text: await send(await reserve(), new Blob(['no picture']), 'a.txt'),
    used: await send(used, picture, 'b.png'),
    unknown: await send(`${used}0`, picture, 'c.png'),
  };
  for (const [kind, { status, text }] of Object.entries(seen)) {
    const line = Object.assign(document.createElement('li'), { textContent: `${kind}: ${status} ${text}` });
    document.querySelector('#refusals').append(line);
  }
  return seen;
}

/** A refused file leaves the URL usable: the page may ask for another one. */
async function secondTry() {
  const url = await reserve();
  const first = await send(url, new Blob(['no picture']), 'a.txt');
  const second = await send(url, await painting('gray'), 'a.png');
  return [first.status, second.status];
}

/** The API itself is not for pages: the browser keeps the answer from them. */
async function apiFromPage(url) {
  return fetch(url).then(
    () => 'readable',
    () => 'kept from the page',
  );
}

Object.assign(window, { withForm, withUppy, withDropzone, refusals, secondTry, apiFromPage });
