/**
 * The images of a run: one with the node's program, one with Toxiproxy.
 *
 * Each is taken from a registry or built from local files: the setting says what is tried first, the
 * other is the fall-back. What was had once is not asked for again. A tag is the digest of all that
 * went into the image, so that it is built anew exactly when something changed.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { assert } from '../core/assert.ts';
import { HarnessError } from '../core/errors.ts';
import { baseFiles, toxiproxyBinary, toxiproxyVersion } from './binaries.ts';
import { closureOf, findUp } from './closure.ts';
import type { Engine } from './engine.ts';
import { ask, isAbsent, isConflict, reasonOf } from './engine.ts';
import type { TarEntry } from './tar.ts';
import { tar } from './tar.ts';

export interface ImageSettings {
  /** What is tried first. */
  readonly from: 'registry' | 'local';
  /** An image with `node` in its path. */
  readonly node: string;
  /** An image of Toxiproxy. */
  readonly toxiproxy: string;
  /** Longest wait for a registry, ms; then images are built from local files. */
  readonly pullMs: number;
}

/** What was asked for, else what the environment variables say, else the published images. */
export function imageSettings(
  asked: Partial<ImageSettings> = {},
  variables: Readonly<Record<string, string | undefined>> = {},
): ImageSettings {
  const from = asked.from ?? variables['ANTLION_IMAGES'] ?? 'registry';
  if (from !== 'registry' && from !== 'local') {
    throw new HarnessError(
      'E_CONFIG',
      `ANTLION_IMAGES is "${from}", wanted registry or local. Unset it to try a registry first.`,
    );
  }
  return {
    from,
    node: asked.node ?? variables['ANTLION_NODE_IMAGE'] ?? `node:${process.versions.node}-slim`,
    toxiproxy:
      asked.toxiproxy ??
      variables['ANTLION_TOXIPROXY_IMAGE'] ??
      `ghcr.io/shopify/toxiproxy:${toxiproxyVersion}`,
    pullMs: asked.pullMs ?? 60_000,
  };
}

/** On every image that is built here; the value says what it is an image of. */
const imageLabel = 'antlion.image';

/** An image with the compiled `entry` of a node under /app; `command` runs it. */
export async function nodeImage(
  engine: Engine,
  entry: string,
  settings: ImageSettings,
): Promise<{ readonly image: string; readonly command: readonly string[] }> {
  const closure = closureOf(entry);
  const base = await obtain(engine, settings, settings.node, () => buildBase(engine));
  const files = [...closure.files].map(([path, from]): TarEntry => ({
    kind: 'file',
    path: `app/${path}`,
    from,
  }));
  const image = await build(engine, 'node', [...files, { kind: 'folder', path: 'data' }], {
    BASE: base,
  });
  return { image, command: ['node', `/app/${closure.entry}`] };
}

/** An image whose entry point is a Toxiproxy server. */
export function toxiproxyImage(engine: Engine, settings: ImageSettings): Promise<string> {
  return obtain(engine, settings, settings.toxiproxy, async () => {
    checkHost(engine);
    const from = await toxiproxyBinary();
    return build(engine, 'toxiproxy', [{ kind: 'file', path: 'toxiproxy', from }], {});
  });
}

async function buildBase(engine: Engine): Promise<string> {
  checkHost(engine);
  const files = [...baseFiles()].map(([path, from]): TarEntry => ({
    kind: 'file',
    path: `root${path}`,
    from,
  }));
  return build(engine, 'base', [...files, { kind: 'folder', path: 'root/tmp' }], {});
}

/** Programs of this machine run in the engine's containers only when both are of one kind. */
function checkHost(engine: Engine): void {
  if (engine.platform === process.platform && engine.arch === process.arch) return;
  throw new Error(
    `the engine runs ${engine.platform} on ${engine.arch}, this machine is ${process.platform} on ` +
      process.arch,
  );
}

/** Tries one source of an image, then the other. Throws E_IMAGE when neither has it. */
async function obtain(
  engine: Engine,
  settings: ImageSettings,
  name: string,
  local: () => Promise<string>,
): Promise<string> {
  const registry = async (): Promise<string> => {
    if (!(await exists(engine, name))) await pull(engine, name, settings.pullMs);
    return name;
  };
  const sources = settings.from === 'registry' ? [registry, local] : [local, registry];
  const reasons: string[] = [];
  for (const source of sources) {
    try {
      return await source();
    } catch (e) {
      if (e instanceof HarnessError && e.code !== 'E_IMAGE') throw e;
      reasons.push(reasonOf(e));
    }
  }
  throw new HarnessError(
    'E_IMAGE',
    `there is no image ${name} and none can be built from local files (${reasons.join('; ')}). ` +
      'Load one with docker pull or docker load and name it in ANTLION_NODE_IMAGE or ' +
      'ANTLION_TOXIPROXY_IMAGE; to build Toxiproxy, install Go.',
  );
}

async function exists(engine: Engine, name: string): Promise<boolean> {
  try {
    await ask(`look for image ${name}`, engine.docker.getImage(name).inspect());
    return true;
  } catch (e) {
    if (isAbsent(e)) return false;
    throw e;
  }
}

async function pull(engine: Engine, name: string, ms: number): Promise<void> {
  const stop = AbortSignal.timeout(ms);
  const options = { abortSignal: stop };
  const stream = await ask(`pull image ${name}`, engine.docker.pull(name, options));
  await finished(stream);
}

/** Builds `fixtures/images/<kind>` with `files` beside its Dockerfile, unless it is there already. */
async function build(
  engine: Engine,
  kind: 'base' | 'node' | 'toxiproxy',
  files: readonly TarEntry[],
  buildargs: Readonly<Record<string, string>>,
): Promise<string> {
  const dockerfile = readFileSync(join(packageRoot(), 'fixtures/images', kind, 'Dockerfile'));
  const entries: TarEntry[] = [
    ...files,
    { kind: 'text', path: 'Dockerfile', text: dockerfile.toString() },
  ];
  const digest = createHash('sha256').update(JSON.stringify(buildargs));
  for await (const bytes of tar(entries)) digest.update(bytes);
  const tag = `antlion/${kind}:${digest.digest('hex').slice(0, 16)}`;
  if (await exists(engine, tag)) return tag;
  const context = Readable.from(tar(entries), { objectMode: false });
  const labels = { [imageLabel]: kind };
  const options = { t: tag, labels, buildargs, rm: true, forcerm: true, networkmode: 'none' };
  await finished(await ask(`build image ${tag}`, engine.docker.buildImage(context, options)));
  await removeOutdated(engine, kind, tag);
  return tag;
}

/** Follows the engine's report of its progress to the end; the last line may be an error. */
async function finished(report: NodeJS.ReadableStream): Promise<void> {
  let text = '';
  for await (const chunk of report) text += String(chunk);
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  for (const line of lines) {
    const { error } = JSON.parse(line) as { error?: string };
    if (error !== undefined) throw new Error(error);
  }
}

/** Older than this, and not the newest, an image of ours is waste: half a day, s. */
const outdatedS = 43_200;

/**
 * Images that were built here earlier and that `tag` replaces. Younger ones stay: another checkout
 * may be about to start containers from them.
 */
async function removeOutdated(engine: Engine, kind: string, tag: string): Promise<void> {
  const filters = { label: [`${imageLabel}=${kind}`] };
  const images = await ask('list images', engine.docker.listImages({ filters }));
  const newest = Math.max(...images.map((i) => i.Created));
  for (const i of images) {
    if (i.RepoTags?.includes(tag) === true || newest - i.Created < outdatedS) continue;
    try {
      await ask('remove an image', engine.docker.getImage(i.Id).remove());
    } catch (e) {
      // A container still runs on it.
      if (!isConflict(e) && !isAbsent(e)) throw e;
    }
  }
}

/** Files that are read by path lie beside the package's manifest, compiled or not. */
function packageRoot(): string {
  const manifest = findUp('package.json', import.meta.dirname);
  assert(manifest !== null, 'this file is part of a package');
  return dirname(manifest);
}
