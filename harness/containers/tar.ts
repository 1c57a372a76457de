/**
 * A minimal tar writer (ustar). The same entries give the same bytes, whoever runs it and when: no
 * times, no owners. So the digest of an archive can name what was built from it.
 */
import { createReadStream, lstatSync } from 'node:fs';
import { assert } from '../core/assert.ts';

/** One file of an archive; `path` has no leading slash. Folders come into being by their files. */
export type TarEntry =
  | { readonly kind: 'text'; readonly path: string; readonly text: string }
  | { readonly kind: 'file'; readonly path: string; readonly from: string }
  | { readonly kind: 'link'; readonly path: string; readonly to: string }
  | { readonly kind: 'folder'; readonly path: string };

const block = 512;

/** The archive's bytes, entries sorted by path. Reads one file at a time. */
export async function* tar(entries: readonly TarEntry[]): AsyncGenerator<Buffer> {
  const sorted = [...entries].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
  for (const e of sorted) {
    switch (e.kind) {
      case 'text': {
        const content = Buffer.from(e.text);
        yield header(e.path, { type: '0', size: content.length, mode: 0o644, link: '' });
        yield Buffer.concat([content, padding(content.length)]);
        break;
      }
      case 'file':
        yield* file(e.path, e.from);
        break;
      case 'link':
        yield header(e.path, { type: '2', size: 0, mode: 0o777, link: e.to });
        break;
      case 'folder':
        yield header(`${e.path}/`, { type: '5', size: 0, mode: 0o755, link: '' });
        break;
    }
  }
  yield Buffer.alloc(2 * block);
}

async function* file(path: string, from: string): AsyncGenerator<Buffer> {
  const stat = lstatSync(from);
  assert(stat.isFile(), 'an archive takes plain files', { from });
  const mode = (stat.mode & 0o100) === 0 ? 0o644 : 0o755;
  yield header(path, { type: '0', size: stat.size, mode, link: '' });
  let size = 0;
  for await (const chunk of createReadStream(from, { highWaterMark: 1 << 20 })) {
    const bytes = chunk as Buffer;
    size += bytes.length;
    yield bytes;
  }
  // A file that grows meanwhile would shift all that follows it.
  assert(size === stat.size, 'a file changed while it was archived', { from, size });
  yield padding(size);
}

function padding(size: number): Buffer {
  return Buffer.alloc((block - (size % block)) % block);
}

interface Fields {
  readonly type: '0' | '2' | '5';
  readonly size: number;
  readonly mode: number;
  readonly link: string;
}

function header(path: string, f: Fields): Buffer {
  const { prefix, name } = split(path);
  assert(Buffer.byteLength(f.link) <= 100, 'ustar holds 100 bytes of a link', { link: f.link });
  const h = Buffer.alloc(block);
  h.write(name, 0);
  h.write(octal(f.mode, 8), 100);
  h.write(octal(0, 8), 108);
  h.write(octal(0, 8), 116);
  h.write(octal(f.size, 12), 124);
  h.write(octal(0, 12), 136);
  h.write(' '.repeat(8), 148);
  h.write(f.type, 156);
  h.write(f.link, 157);
  h.write('ustar\x0000', 257, 'latin1');
  h.write(prefix, 345);
  let sum = 0;
  for (const byte of h) sum += byte;
  h.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return h;
}

/** A path of more than 100 bytes is cut at a slash: at most 155 bytes before it, 100 after. */
function split(path: string): { prefix: string; name: string } {
  if (Buffer.byteLength(path) <= 100) return { prefix: '', name: path };
  for (let at = path.indexOf('/'); at >= 0; at = path.indexOf('/', at + 1)) {
    const [prefix, name] = [path.slice(0, at), path.slice(at + 1)];
    if (Buffer.byteLength(prefix) > 155) break;
    if (name !== '' && Buffer.byteLength(name) <= 100) return { prefix, name };
  }
  assert(false, 'ustar cannot hold this path', { path });
}

function octal(n: number, width: number): string {
  return `${n.toString(8).padStart(width - 1, '0')}\0`;
}
