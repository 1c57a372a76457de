/** What `antlion clean` does on an engine, beyond what journals say. */
import { HarnessError } from '../core/errors.ts';
import { engineAddresses } from './engine-address.ts';
import { type Engine, openEngine } from './engine.ts';
import { findLostRuns } from './lost-runs.ts';
import { listImages, type OurImage, removeImages } from './our-images.ts';
import { removeRun } from './resources.ts';

export interface EngineCleaning {
  /** What was removed, what is left and why, what there is to know besides; in words. */
  readonly undone: readonly string[];
  readonly left: readonly string[];
  readonly notes: readonly string[];
}

export interface CleanEngineOptions {
  /** Runs that journals know: theirs to remove. */
  readonly known: ReadonlySet<string>;
  /** Also remove the images that were built here. */
  readonly images: boolean;
}

/**
 * Removes what runs left of which no journal tells and whose process is gone. Throws E_CONFIG for a
 * `DOCKER_HOST` that is no address.
 */
export async function cleanEngine(options: CleanEngineOptions): Promise<EngineCleaning> {
  const engine = await openOrSay(options);
  if (!('docker' in engine)) return engine;
  const runs = await removeLostRuns(engine, options.known);
  const images = await listImages(engine);
  if (!options.images) return { ...runs, notes: images.length === 0 ? [] : [noteOf(images)] };
  const kept = await removeImages(engine, images);
  const gone = images.filter((image) => !kept.includes(image));
  return {
    undone: [...runs.undone, ...gone.map((i) => `image ${i.name}`)],
    left: [...runs.left, ...kept.map((i) => `image ${i.name}: a container runs on it`)],
    notes: [],
  };
}

/**
 * An engine that was asked for must answer. Of one that is only looked for in the usual places it is
 * enough to say that it does not: there may never have been one here.
 */
async function openOrSay({ images }: CleanEngineOptions): Promise<Engine | EngineCleaning> {
  const addresses = engineAddresses();
  const isAsked = images || (process.env['DOCKER_HOST'] ?? '') !== '';
  if (addresses.length === 0 && !isAsked) return { undone: [], left: [], notes: [] };
  try {
    return await openEngine();
  } catch (e) {
    if (!(e instanceof HarnessError) || e.code !== 'E_NO_DOCKER') throw e;
    if (isAsked) return { undone: [], left: [e.message], notes: [] };
    const note = `no Docker engine answers at ${addresses.join(', ')}: nobody looked there`;
    return { undone: [], left: [], notes: [note] };
  }
}

async function removeLostRuns(
  engine: Engine,
  known: ReadonlySet<string>,
): Promise<{ undone: readonly string[]; left: readonly string[] }> {
  const undone: string[] = [];
  const left: string[] = [];
  for (const { run, what, owner, why } of await findLostRuns(engine, known)) {
    const name = `${what} of run ${run} on ${engine.address}`;
    if (owner === 'unknown') {
      left.push(`${name} (${why}). Remove what is labelled antlion.run=${run} if it is over.`);
      continue;
    }
    const still = await removeRun(engine, run);
    if (still.length === 0) undone.push(`${name} (${why})`);
    else left.push(...still);
  }
  return { undone, left };
}

function noteOf(images: readonly OurImage[]): string {
  const megabytes = Math.round(images.reduce((sum, i) => sum + i.bytes, 0) / 1e6);
  const count = images.length === 1 ? '1 image' : `${images.length} images`;
  return `kept for the next run: ${count}, ${megabytes} MB. Remove them by: antlion clean --images`;
}
