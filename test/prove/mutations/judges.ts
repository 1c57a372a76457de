/**
 * Small bugs made by machine in judges: which of them change the verdict of no history that is known. A judge
 * that has gone blind in one place is seen by nobody else: all that it judges holds.
 */
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { allScenarios } from '../../../harness/cli/scenarios.ts';
import type { Invariant } from '../../../harness/core/invariant.ts';
import { Prng } from '../../../harness/core/prng.ts';
import { mutants } from '../../../reference-impl/system.ts';
import { historyFiles, promiseOf, recordedHistory } from '../../invariants/paired-histories.ts';
import type { Recorded } from '../../invariants/paired-histories.ts';
import { runSeed, scenarioOf } from '../runs.ts';
import { type Mutation, mutationsOf } from './points.ts';

const top = fileURLToPath(new URL('../../../../', import.meta.url));
/** Of each promise at most so many runs that break it, and that do not: runs take memory. */
const runsMax = { broken: 5, correct: 3 };

/** What is known of one promise: histories, and what the judge says of each. */
interface Known extends Recorded {
  readonly name: string;
  readonly kind: string;
}

/** Each mutation, and the history whose verdict it changed; null: none. */
export async function* fatesOfJudges(asked: {
  readonly count: number;
  readonly seed: number;
}): AsyncGenerator<readonly [Mutation, string | null]> {
  const sources = judgeSources();
  const promises = await promisesWith(null);
  const known = historiesOf(promises);
  const touched = promisesByFile(sources, [...promises.keys()]);
  const all = [...sources].flatMap(([file, source]) => mutationsOf(file, source));
  const lines = new Map(
    new Prng(asked.seed).shuffle(all).map((m) => [`${m.file}:${m.line}`, m] as const),
  );
  for (const m of [...lines.values()].slice(0, asked.count)) {
    const source = sources.get(m.file) ?? '';
    const edited = source.slice(0, m.start) + m.text + source.slice(m.end);
    yield [m, await changedBy(m.file, edited, touched.get(m.file) ?? [], known)];
  }
}

async function changedBy(
  file: string,
  source: string,
  ids: readonly string[],
  known: ReadonlyMap<string, readonly Known[]>,
): Promise<string | null> {
  try {
    const promises = await promisesWith({ file, source });
    for (const id of ids) {
      const promise = promises.get(id);
      if (promise === undefined) return `${id} is gone`;
      const changed = known
        .get(id)
        ?.find((k) => promise.judge(k.history, k.program).kind !== k.kind);
      if (changed !== undefined) return `${id} of ${changed.name}`;
    }
    return null;
  } catch (e) {
    return String(e).slice(0, 100);
  }
}

/** The text of each file of a judge, by its path. */
function judgeSources(): ReadonlyMap<string, string> {
  const isJudge = /^reference-impl\/.*(\/judge\/.*|\/promise)\.ts$|^harness\/invariants\/.*\.ts$/;
  const paths = ['reference-impl', 'harness/invariants'].flatMap((folder) =>
    readdirSync(top + folder, { recursive: true, encoding: 'utf8' }).map((f) => `${folder}/${f}`),
  );
  return new Map(
    paths
      .filter((path) => isJudge.test(path))
      .toSorted()
      .map((path) => [path, readFileSync(top + path, 'utf8')]),
  );
}

/** Ids of the promises that rest on a file: of itself, or of those that import it. Of none: of all. */
function promisesByFile(
  sources: ReadonlyMap<string, string>,
  ids: readonly string[],
): ReadonlyMap<string, readonly string[]> {
  const own = new Map(
    [...sources].map(([file, text]) => [
      file,
      new Set(ids.filter((id) => text.includes(`'${id}'`))),
    ]),
  );
  for (let size = -1; size !== sizeOf(own);) {
    size = sizeOf(own);
    for (const [file, text] of sources) {
      for (const [, path = ''] of text.matchAll(/from '(\.[^']+)'/g)) {
        const imported = own.get(relative(top, resolve(top, file, '..', path)));
        for (const id of own.get(file) ?? []) imported?.add(id);
      }
    }
  }
  return new Map([...own].map(([file, of]) => [file, of.size > 0 ? [...of] : ids]));
}

function sizeOf(sets: ReadonlyMap<string, ReadonlySet<string>>): number {
  return [...sets.values()].reduce((n, s) => n + s.size, 0);
}

const entry = `
export { invariants } from './harness/invariants/catalog.ts';
export { reference } from './reference-impl/system.ts';`;
let bundles = 0;

/** All promises by id, with one file's text replaced. */
async function promisesWith(
  edit: { readonly file: string; readonly source: string } | null,
): Promise<ReadonlyMap<string, Invariant>> {
  const built = await build({
    stdin: { contents: entry, resolveDir: top, loader: 'ts' },
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
    packages: 'external',
    logLevel: 'silent',
    plugins: [
      {
        name: 'edit',
        setup({ onLoad }) {
          onLoad({ filter: /\.ts$/ }, ({ path }) => ({
            contents: (path === top + (edit?.file ?? '')
              ? (edit?.source ?? '')
              : readFileSync(path, 'utf8')
            ).replace(/import\.meta\.url/g, JSON.stringify(pathToFileURL(path).href)),
            loader: 'ts',
          }));
        },
      },
    ],
  });
  // Beside the compiled files, so that packages are found from it.
  const bundle = fileURLToPath(
    new URL(`./judges-${process.pid}-${bundles++}.mjs`, import.meta.url),
  );
  writeFileSync(bundle, built.outputFiles[0]?.text ?? '');
  try {
    const { invariants, reference } = (await import(bundle)) as {
      readonly invariants: readonly Invariant[];
      readonly reference: { readonly promises: readonly (string | Invariant)[] };
    };
    const own = reference.promises.filter((p) => typeof p !== 'string');
    return new Map([...invariants, ...own].map((p) => [p.id, p]));
  } finally {
    rmSync(bundle);
  }
}

/** Of each promise: its paired histories, runs of mutants that break it, and runs of the correct node. */
function historiesOf(
  promises: ReadonlyMap<string, Invariant>,
): ReadonlyMap<string, readonly Known[]> {
  const known = new Map([...promises.keys()].map((id) => [id, [] as Known[]]));
  const add = (id: string, name: string, recorded: Recorded): void => {
    const { kind } = promises.get(id)?.judge(recorded.history, recorded.program) ?? {};
    if (kind !== undefined) known.get(id)?.push({ ...recorded, name, kind });
  };
  for (const name of historyFiles.keys()) {
    const id = promiseOf(name, [...promises.keys()]);
    if (id !== undefined) add(id, name, recordedHistory(name));
  }
  const counts = new Map<string, number>();
  const isFull = (id: string, max: number): boolean => {
    const n = counts.get(id) ?? 0;
    counts.set(id, n + 1);
    return n >= max;
  };
  for (const [id, { shows, breaks }] of Object.entries(mutants)) {
    if (shows === undefined || isFull(`broken ${breaks[0]}`, runsMax.broken)) continue;
    const { run, judgement, program } = ran(shows[0], shows[1], id);
    for (const v of judgement.verdicts) {
      if (v.kind === 'violated')
        add(v.invariant, `${shows.join(', seed ')} with ${id}`, { history: run.history, program });
    }
  }
  for (const { name, promises: ids } of allScenarios) {
    const wanted = ids.filter((id) => promises.has(id) && !isFull(id, runsMax.correct));
    if (wanted.length === 0) continue;
    const { run, program } = ran(name, 1, null);
    for (const id of wanted) add(id, `${name}, seed 1`, { history: run.history, program });
  }
  return known;
}

function ran(scenario: string, seed: number, mutant: string | null): ReturnType<typeof runSeed> {
  return runSeed(scenarioOf(scenario), seed, mutant);
}
