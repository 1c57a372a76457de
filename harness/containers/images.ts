/**
 * The images of a run: one with the node's program, one with Toxiproxy.
 *
 * Each is taken from a registry or built from local files: the setting says what is tried first, the
 * other is the fall-back. What was had once is not asked for again. A tag is the digest of all that
 * went into the image, so that it is built anew exactly when something changed.
 */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { addAbortSignal, type Readable } from 'node:stream';
import { assert } from '../core/assert.ts';
import { HarnessError } from '../core/errors.ts';
import { withSignal } from '../host/signals.ts';
import { baseFiles, toxiproxyBinary, toxiproxyVersion } from './binaries.ts';
import { bundle } from '../realtime/bundle.ts';
import { nodeFlags } from '../realtime/node-flags.ts';
import { archiveOf, type ContextEntry, digestOf } from './context.ts';
import type { Engine } from './engine.ts';
import { ask, isAbsent, reasonOf } from './engine.ts';
import { imageLabel } from './labels.ts';
import { listImages, removeImages } from './our-images.ts';

export interface ImageSettings {
  /** What is tried first. */
  readonly from: 'registry' | 'local';
  /** An image with `node` in its path. */
  readonly node: string;
  /** An image of Toxiproxy. */
  readonly toxiproxy: string;
  /** Longest wait for a registry, ms; then images are built from local files. */
  readonly pullMs: number;
  /** Told what is fetched or built, before it is: either may take minutes. */
  readonly onProgress?: (what: string) => void;
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

/** An image with the program of a node, bundled from `entry`; `command` runs it. */
export async function nodeImage(
  engine: Engine,
  entry: string,
  settings: ImageSettings,
  signal?: AbortSignal,
): Promise<{ readonly image: string; readonly command: readonly string[] }> {
  const program = await bundle(entry);
  const o = { engine, settings, signal };
  const base = await obtain(o, settings.node, () => buildBase(o));
  const files: ContextEntry[] = [
    { kind: 'text', path: 'app/main.mjs', text: program },
    { kind: 'folder', path: 'data' },
  ];
  settings.onProgress?.('building the image of a node …');
  const image = await build(o, 'node', files, { BASE: base });
  return { image, command: ['node', ...nodeFlags, '/app/main.mjs'] };
}

/** An image whose entry point is a Toxiproxy server. */
export function toxiproxyImage(
  engine: Engine,
  settings: ImageSettings,
  signal?: AbortSignal,
): Promise<string> {
  const o = { engine, settings, signal };
  return obtain(o, settings.toxiproxy, async () => {
    checkHost(engine);
    const from = await toxiproxyBinary(signal);
    return build(o, 'toxiproxy', [{ kind: 'file', path: 'toxiproxy', from }], {});
  });
}

interface Making {
  readonly engine: Engine;
  readonly settings: ImageSettings;
  /** Gives up whatever is under way. */
  readonly signal: AbortSignal | undefined;
}

async function buildBase(o: Making): Promise<string> {
  checkHost(o.engine);
  const files = [...baseFiles()].map(([path, from]): ContextEntry => ({
    kind: 'file',
    path: `root${path}`,
    from,
  }));
  return build(o, 'base', [...files, { kind: 'folder', path: 'root/tmp' }], {});
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
  { engine, settings, signal }: Making,
  name: string,
  local: () => Promise<string>,
): Promise<string> {
  const registry = async (): Promise<string> => {
    if (await exists(engine, name)) return name;
    settings.onProgress?.(`fetching image ${name} …`);
    await pull(engine, name, settings.pullMs, signal);
    return name;
  };
  const built = (): Promise<string> => {
    settings.onProgress?.(`building an image in place of ${name} from local files …`);
    return local();
  };
  const sources = settings.from === 'registry' ? [registry, built] : [built, registry];
  const reasons: string[] = [];
  for (const source of sources) {
    try {
      return await source();
    } catch (e) {
      signal?.throwIfAborted();
      if (e instanceof HarnessError && !['E_IMAGE', 'E_ENGINE'].includes(e.code)) throw e;
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

async function pull(
  engine: Engine,
  name: string,
  ms: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  await withSignal([signal], ms, async (stop) => {
    const options = { abortSignal: stop };
    const stream = await ask(`pull image ${name}`, engine.docker.pull(name, options));
    await finished(stream, stop);
  });
}

/** Builds `fixtures/images/<kind>` with `files` beside its Dockerfile, unless it is there already. */
async function build(
  { engine, signal }: Making,
  kind: 'base' | 'node' | 'toxiproxy',
  files: readonly ContextEntry[],
  buildargs: Readonly<Record<string, string>>,
): Promise<string> {
  const dockerfile = readFileSync(join(packageRoot(), 'fixtures/images', kind, 'Dockerfile'));
  const entries: ContextEntry[] = [
    ...files,
    { kind: 'text', path: 'Dockerfile', text: dockerfile.toString() },
  ];
  const digest = await digestOf(entries, buildargs);
  const tag = `antlion/${kind}:${digest.slice(0, 16)}`;
  if (await exists(engine, tag)) return tag;
  const labels = { [imageLabel]: kind };
  const options = { t: tag, labels, buildargs, rm: true, forcerm: true, networkmode: 'none' };
  const report = engine.docker.buildImage(archiveOf(entries), {
    ...options,
    ...(signal !== undefined && { abortSignal: signal }),
  });
  await finished(await ask(`build image ${tag}`, report), signal);
  await removeOutdated(engine, kind, tag);
  return tag;
}

/** Follows the engine's report of its progress to the end; the last line may be an error. */
async function finished(report: NodeJS.ReadableStream, signal?: AbortSignal): Promise<void> {
  let text = '';
  if (signal !== undefined) addAbortSignal(signal, report as Readable);
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
  const images = await listImages(engine, kind);
  const newestS = Math.max(...images.map((i) => i.createdS));
  await removeImages(
    engine,
    images.filter((i) => i.name !== tag && newestS - i.createdS >= outdatedS),
  );
}

/** Files that are read by path lie beside the package's manifest, compiled or not. */
function packageRoot(): string {
  const manifest = findUp('package.json', import.meta.dirname);
  assert(manifest !== null, 'this file is part of a package');
  return dirname(manifest);
}

/** The first of `folder` and its parents that holds `name`. */
function findUp(name: string, folder: string): string | null {
  for (let at = folder; ; at = dirname(at)) {
    const found = join(at, name);
    if (existsSync(found)) return found;
    if (dirname(at) === at) return null;
  }
}
