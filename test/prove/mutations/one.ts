/**
 * One small bug against all scenarios, in a process of its own: `node one.js '{"file":…,"start":…}' SEEDS`.
 * The file with the bug is compiled in place of its own when it is loaded. Prints a {@link Fate}.
 */
import { readFileSync } from 'node:fs';
import { register } from 'node:module';
import ts from 'typescript';
import type { Mutation } from './points.ts';

/** What became of a small bug. */
export type Fate =
  | {
      readonly kind: 'caught';
      readonly scenario: string;
      readonly seed: number;
      readonly by: string;
    }
  /** Runs went another way than those of the correct node, and no promise broke. */
  | { readonly kind: 'unnoticed'; readonly changed: number }
  /** No run went another way: never reached, or the same. */
  | { readonly kind: 'no-effect' }
  /** Its runs did not end in time. */
  | { readonly kind: 'undecided' };

/** By scenario, the cheapest first, of the seeds from 1. */
export type Traces = Readonly<Record<string, readonly (string | null)[]>>;

/** Serves the compiled text in place of the file's own. */
function replace(url: string, source: string): void {
  const hooks = `
    let wanted;
    export async function initialize(data) { wanted = data; }
    export async function load(url, context, next) {
      if (url !== wanted.url) return next(url, context);
      return { format: 'module', source: wanted.source, shortCircuit: true };
    }`;
  register(`data:text/javascript,${encodeURIComponent(hooks)}`, { data: { url, source } });
}

function compiled(m: Mutation): string {
  const source = readFileSync(new URL(`../../../../${m.file}`, import.meta.url), 'utf8');
  const edited = source.slice(0, m.start) + m.text + source.slice(m.end);
  const { options } = ts.convertCompilerOptionsFromJson(
    {
      target: 'es2023',
      module: 'esnext',
      rewriteRelativeImportExtensions: true,
      verbatimModuleSyntax: true,
    },
    '.',
  );
  return ts.transpileModule(edited, { compilerOptions: options }).outputText;
}

const [asked = '', seeds = '2', known = 'null'] = process.argv.slice(2);
const mutation = JSON.parse(asked) as Mutation | null;
if (mutation !== null) {
  const path = `../../../${mutation.file.replace(/\.ts$/, '.js')}`;
  replace(new URL(path, import.meta.url).href, compiled(mutation));
}
const { allScenarios } = await import('../../../harness/cli/scenarios.ts');
const { runSeed, scenarioOf } = await import('../runs.ts');

/** The correct node's traces, to be held against; of stories that it is to pass. */
function traces(): Traces {
  const found = allScenarios
    .filter((s) => s.expect === 'holds')
    .map((scenario) => {
      const beganUs = process.cpuUsage().user;
      const hashes = upTo(seeds).map((seed) => runSeed(scenario, seed, null).run.traceHash);
      return { scenario, hashes, tookUs: process.cpuUsage().user - beganUs };
    });
  const cheapFirst = found.toSorted((a, b) => a.tookUs - b.tookUs);
  return Object.fromEntries(cheapFirst.map(({ scenario, hashes }) => [scenario.name, hashes]));
}

function upTo(count: string): number[] {
  return Array.from({ length: Number(count) }, (_, i) => i + 1);
}

function fate(correct: Traces): Fate {
  let changed = 0;
  for (const seed of upTo(seeds)) {
    for (const [scenario, hashes] of Object.entries(correct)) {
      const caught = { kind: 'caught', scenario, seed } as const;
      try {
        const { run, judgement } = runSeed(scenarioOf(scenario), seed, null);
        const violated = judgement.verdicts.find((v) => v.kind === 'violated');
        if (violated !== undefined) return { ...caught, by: violated.invariant };
        // A scenario that no longer proves anything is told, as unknown: nobody takes it for success.
        const vacuous = judgement.verdicts.find((v) => v.kind === 'unknown');
        if (vacuous !== undefined) return { ...caught, by: `unknown: ${vacuous.invariant}` };
        if (run.traceHash !== hashes[seed - 1]) changed++;
      } catch (e) {
        return { ...caught, by: `error: ${String(e).slice(0, 100)}` };
      }
    }
  }
  return changed === 0 ? { kind: 'no-effect' } : { kind: 'unnoticed', changed };
}

const answer = mutation === null ? traces() : fate(JSON.parse(known) as Traces);
process.stdout.write(JSON.stringify(answer));
