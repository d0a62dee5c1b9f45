// Small real pictures, made without any package.

import { crc32, deflateSync } from 'node:zlib';

const crc = crc32 ?? tableCrc32;

function tableCrc32(bytes) {
  let rest = 0xffffffff;
  for (const byte of bytes) {
    rest ^= byte;
    for (let bit = 0; bit < 8; bit += 1) rest = (rest >>> 1) ^ (rest & 1 ? 0xedb88320 : 0);
  }
  return (rest ^ 0xffffffff) >>> 0;
}

function chunk(kind, body) {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(body.length);
  const content = Buffer.concat([Buffer.from(kind, 'latin1'), body]);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc(content) >>> 0);
  return Buffer.concat([length, content, sum]);
}

/** An RGB PNG of one color; `padding` bytes of a chunk that decoders skip make it as large as wanted. */
export function png(width, height, [red, green, blue] = [200, 80, 40], padding = 0) {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const row = Buffer.concat([Buffer.from([0]), Buffer.alloc(width * 3)]);
  for (let x = 0; x < width; x += 1) row.set([red, green, blue], 1 + x * 3);
  const rows = Buffer.concat(Array.from({ length: height }, () => row));
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    ...(padding > 0 ? [chunk('paDd', Buffer.alloc(padding, 7))] : []),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** Width and height, read from the header of a PNG or a WebP. */
export function sizeOf(bytes) {
  const view = Buffer.from(bytes);
  if (view.toString('latin1', 1, 4) === 'PNG') return [view.readUInt32BE(16), view.readUInt32BE(20)];
  const kind = view.toString('latin1', 12, 16);
  if (kind === 'VP8 ') return [view.readUInt16LE(26) & 0x3fff, view.readUInt16LE(28) & 0x3fff];
  if (kind === 'VP8L') {
    const packed = view.readUInt32LE(21);
    return [(packed & 0x3fff) + 1, ((packed >>> 14) & 0x3fff) + 1];
  }
  if (kind === 'VP8X') return [view.readUIntLE(24, 3) + 1, view.readUIntLE(27, 3) + 1];
  throw new Error('neither PNG nor WebP');
}
