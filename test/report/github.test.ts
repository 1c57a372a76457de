/** Annotations as GitHub reads them, and the summary of a job. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { Github } from '../../harness/report/github.ts';
import type { Said } from '../../harness/report/reporter.ts';
import * as said from './said.ts';

function told(...all: Said[]): { readonly lines: string[]; readonly summary: string } {
  const lines: string[] = [];
  const summary = said.written(
    (write) => new Github({ say: (line) => lines.push(line), summary: write }),
    all,
  );
  return { lines, summary };
}

/** As GitHub's runner reads a workflow command. */
function command(line: string) {
  const [, name, properties = '', data = ''] = /^::(\w+) ([^]*?)::([^]*)$/.exec(line) ?? [];
  const back = (text: string, all: readonly (readonly [string, string])[]): string =>
    all.reduce((t, [code, char]) => t.replaceAll(code, char), text);
  const usual = [
    ['%0D', '\r'],
    ['%0A', '\n'],
    ['%25', '%'],
  ] as const;
  const escaped = [['%3A', ':'], ['%2C', ','], ...usual] as const;
  const fields = properties.split(',').map((p) => p.split('=') as [string, string]);
  return {
    name,
    data: back(data, usual),
    ...Object.fromEntries(fields.map(([key, value]) => [key, back(value, escaped)])),
  };
}

const sentences = ['50 % of it: read a, then b.', 'two\r\nlines ::error::not one of mine'];
const broken = (scenario: string): Said<'run'> =>
  said.run(scenario, 7, [said.violated('linearizable', ...sentences), said.holds('fencing')], {
    counterexample: said.counterexample('linearizable', ...sentences),
  });

describe('GitHub', () => {
  it('reads an annotation back as it was meant, in one line each', () => {
    const odd = said.planned('keys: a, b', { from: 'my,stories.ts' });
    const { lines } = told(said.plan({ scenarios: [odd] }), broken('keys: a, b'), said.summary());
    assert.equal(lines.length, 1);
    assert.doesNotMatch(lines[0] ?? '', /[\r\n]/);
    assert.deepEqual(command(lines[0] ?? ''), {
      name: 'error',
      file: 'my,stories.ts',
      title: 'keys: a, b: linearizable is violated',
      data: `${sentences.join('\n')}\nIn seed 7.\nSee it: antlion replay antlion2.abc --report contradiction.html`,
    });
  });

  it('warns of what is unknown', () => {
    const run = said.run('keys', 1, [
      said.unknown('linearizable', 'stopped'),
      said.holds('fencing'),
    ]);
    const { lines } = told(said.plan(), run, said.summary());
    assert.deepEqual(lines, ['::warning title=keys%3A linearizable is unknown::stopped']);
  });

  it('says how many had no place among the ten that GitHub shows', () => {
    const names = Array.from({ length: 14 }, (_, i) => `s${i}`);
    const { lines, summary } = told(
      said.plan({ scenarios: names.map((n) => said.planned(n)) }),
      ...names.map(broken),
      said.summary(),
    );
    assert.equal(lines.length, 10);
    assert.match(lines[9] ?? '', /and 5 more/);
    for (const name of names) assert.ok(summary.includes(`### ❌ violated: ${name}, linearizable`));
  });

  it('has a summary with a row a scenario, what is red first, nothing of it markup', () => {
    const { summary } = told(
      said.plan({ scenarios: [said.planned('good'), said.planned('<b>|bad_')] }),
      said.run('good', 1, [said.holds('linearizable'), said.holds('fencing')]),
      broken('<b>|bad_'),
      said.summary({ neverReached: [{ id: 'leader-changed', claim: 'another led' }] }),
    );
    const rows = [...summary.matchAll(/^\| (?!scenario|:)(.*?) \| (\S+ \w+)/gm)].map((m) => [
      m[1],
      m[2],
    ]);
    assert.deepEqual(rows, [
      [String.raw`&lt;b>\|bad\_`, '❌ violated'],
      ['good', '✅ holds'],
    ]);
    assert.match(summary, /- another led \(leader-changed\)/);
  });

  it('fits what GitHub takes, however much was found', () => {
    const names = Array.from({ length: 400 }, (_, i) => `s${i}`);
    const long = 'ä'.repeat(5_000);
    const { summary } = told(
      said.plan({ scenarios: names.map((n) => said.planned(n)) }),
      ...names.map((n) => said.run(n, 1, [said.violated('linearizable', long)])),
      said.summary(),
    );
    assert.ok(Buffer.byteLength(summary) < 1_048_576);
    assert.match(summary, /longer than GitHub takes/);
  });
});
