/**
 * Root hooks for mocha: an un-awaited failing property makes the run red.
 *
 * Without them mocha prints "passing" and exits 0 (mochajs/mocha#5507, #5184). Use it with
 * `mocha --require antlion/mocha`, or `"require": ["antlion/mocha"]` in the configuration.
 */
import { existsSync } from 'node:fs';
import { keepCounterexample } from './report/counterexamples.ts';
import { textFolder } from './report/text-folder.ts';
import { takeUnsettled } from './runner/unawaited.ts';
import { useCounterexamples, useRegressions } from './runner/regressions.ts';

/** A project that makes this folder has its counterexamples kept there and run first. */
const regressions = '.antlion/regressions';
if (existsSync(regressions)) {
  const folder = textFolder(regressions);
  useRegressions({
    ...folder,
    held(name) {
      folder.remove(name);
      process.stderr.write(`${folder.pathOf(name)} holds again and was removed\n`);
    },
  });
}

useCounterexamples(keepCounterexample);

const rejections: unknown[] = [];
process.on('unhandledRejection', (reason) => rejections.push(reason));

/** Rejections of promises are told one turn of the event loop after the microtasks. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

async function check(): Promise<void> {
  await turn();
  const unsettled = takeUnsettled();
  if (unsettled.length > 0) {
    throw new Error(`not awaited: property "${unsettled[0]}". Return or await it in the test.`);
  }
  if (rejections.length === 0) return;
  const first = rejections.splice(0)[0];
  const why = first instanceof Error ? first.message : String(first);
  throw new Error(`a promise was rejected and nobody awaited it: ${why}`);
}

export const mochaHooks = { afterEach: check, afterAll: check };
