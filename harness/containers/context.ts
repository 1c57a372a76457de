/**
 * What an image is built from, as an archive for the engine and as a digest that names the image: the
 * same content gives the same name, whoever builds it and when.
 */
import { createHash } from 'node:crypto';
import { createReadStream, lstatSync } from 'node:fs';
import { buffer } from 'node:stream/consumers';
import type { Readable } from 'node:stream';
import { pack } from 'tar-stream';
import { assert } from '../core/assert.ts';

/** One entry of the archive; `path` has no leading slash. */
export type ContextEntry =
  | { readonly kind: 'text'; readonly path: string; readonly text: string }
  | { readonly kind: 'file'; readonly path: string; readonly from: string }
  | { readonly kind: 'folder'; readonly path: string };

/** Hexadecimal, over what every entry is and holds, and `settings` of the build. */
export async function digestOf(
  entries: readonly ContextEntry[],
  settings: unknown,
): Promise<string> {
  const parts = await Promise.all(
    sorted(entries).map(async (e) => [e.kind, e.path, ...(await contentOf(e))]),
  );
  return createHash('sha256')
    .update(JSON.stringify([settings, parts]))
    .digest('hex');
}

/** The archive. Reads one file at a time. */
export function archiveOf(entries: readonly ContextEntry[]): Readable {
  const archive = pack();
  void (async () => {
    for (const e of sorted(entries)) await add(archive, e);
    archive.finalize();
  })().catch((e: unknown) => archive.destroy(e as Error));
  return archive;
}

async function add(archive: ReturnType<typeof pack>, e: ContextEntry): Promise<void> {
  // No times and no owners: the archive is the same tomorrow.
  const mtime = new Date(0);
  switch (e.kind) {
    case 'text':
      archive.entry({ name: e.path, mtime, mode: 0o644 }, e.text);
      return;
    case 'folder':
      archive.entry({ name: e.path, type: 'directory', mtime, mode: 0o755 });
      return;
    case 'file': {
      const { size, mode } = plainFile(e.from);
      const header = { name: e.path, size, mtime, mode };
      await new Promise<void>((resolve, reject) => {
        const entry = archive.entry(header, (error) => (error ? reject(error) : resolve()));
        createReadStream(e.from, { highWaterMark: 1 << 20 })
          .on('error', reject)
          .pipe(entry);
      });
    }
  }
}

async function contentOf(e: ContextEntry): Promise<readonly string[]> {
  switch (e.kind) {
    case 'text':
      return [createHash('sha256').update(e.text).digest('hex')];
    case 'folder':
      return [];
    case 'file':
      return [String(plainFile(e.from).mode), await fileDigest(e.from)];
  }
}

/** Digests of files, as long as they look the same: some are a hundred megabytes. */
const known = new Map<string, { readonly looks: string; readonly digest: Promise<string> }>();

function fileDigest(path: string): Promise<string> {
  const { size, mtimeMs, ino } = lstatSync(path);
  const looks = `${size} ${mtimeMs} ${ino}`;
  const found = known.get(path);
  if (found?.looks === looks) return found.digest;
  const hash = createReadStream(path, { highWaterMark: 1 << 20 }).pipe(createHash('sha256'));
  const digest = buffer(hash).then((bytes) => bytes.toString('hex'));
  known.set(path, { looks, digest });
  return digest;
}

function plainFile(path: string): { size: number; mode: number } {
  const stat = lstatSync(path);
  assert(stat.isFile(), 'an archive takes plain files', { path });
  return { size: stat.size, mode: (stat.mode & 0o100) === 0 ? 0o644 : 0o755 };
}

function sorted(entries: readonly ContextEntry[]): readonly ContextEntry[] {
  return [...entries].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
}
