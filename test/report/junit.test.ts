/** What CI reads: JUnit's XML by its schema, and what becomes red in it. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'mocha';
import { validateXML } from 'xmllint-wasm';
import { Junit } from '../../harness/report/junit.ts';
import type { Said } from '../../harness/report/reporter.ts';
import * as said from './said.ts';

const junit = (...all: Said[]): string => said.written((write) => new Junit(write), all);

const schema = readFileSync('test/testdata/junit/junit-10.xsd', 'utf8');

async function errorsOf(xml: string): Promise<string[]> {
  const { errors } = await validateXML({ xml: [{ fileName: 'j.xml', contents: xml }], schema });
  return errors.map((e) => e.message);
}

/** `name: kind` of each case, in order. */
function casesOf(xml: string): string[] {
  return [...xml.matchAll(/<testcase [^>]*name="([^"]*)"(?:\/>|>\s*<([\w-]+))/g)].map(
    ([, name, child]) => `${name}: ${child ?? 'passed'}`,
  );
}

const contradiction = ['c0 wrote 1.', 'c1 read nothing & "left" <early>.'];
const story = said.counterexample('linearizable', ...contradiction);
const broken = said.run(
  'keys',
  7,
  [said.violated('linearizable', ...contradiction), said.holds('fencing')],
  { counterexample: story },
);

describe('JUnit', () => {
  it('is what Jenkins’ schema of JUnit 10 wants, whatever the words are', async () => {
    const odd = 'left \u0000 \u001B[31m ]]> & "quoted" <tag> \u{1F41C} \uD800';
    const xml = junit(
      said.plan({
        scenarios: [said.planned('keys'), said.planned('odd <&"> name'), said.planned('never')],
      }),
      { type: 'skipped', scenario: 'never', environment: 'simulation', reason: odd },
      broken,
      said.run('odd <&"> name', 1, [said.unknown('linearizable', odd), said.holds('fencing')]),
      said.summary(),
    );
    assert.deepEqual(await errorsOf(xml), []);
    // The schema can tell: what it is not is found.
    const wrong = xml.replace('<testcase classname', '<testcase duration="1" classname');
    assert.match((await errorsOf(wrong)).join(), /duration/);
  });

  it('says of a violation the sentences, the promise, the token and the commands', () => {
    const xml = junit(said.plan(), broken, said.summary());
    const failure = /<failure [^>]*>([^]*)<\/failure>/.exec(xml)?.[1] ?? '';
    assert.match(failure, /^linearizable is violated: linearizable claims\./);
    assert.match(failure, /c1 read nothing &amp; &quot;left&quot; &lt;early&gt;\./);
    assert.match(failure, /^See it again: {2}antlion replay antlion2\.abc$/m);
    assert.match(failure, /^As a page: .* antlion replay antlion2\.abc --report \S+\.html$/m);
    assert.match(failure, /^Token: +antlion2\.abc$/m);
    assert.match(xml, /<failure type="linearizable" message="c0 wrote 1\. c1 read nothing/);
  });

  it('has the same cases whatever comes out: one a promise, and one for the runs', () => {
    const names = ['linearizable', 'fencing', 'proves something'];
    const outcomes: readonly (readonly [Said<'run'>[], Partial<Said<'summary'>>, string[]])[] = [
      [
        [said.run('keys', 1, names.slice(0, 2).map(said.holds))],
        {},
        ['system-out', 'system-out', 'passed'],
      ],
      [[broken], {}, ['failure', 'system-out', 'passed']],
      // It broke off: nothing of it was judged.
      [
        [said.run('keys', 1, [], { verdict: 'unknown', remarks: ['E_FAULT: no'] })],
        {},
        ['error', 'error', 'error'],
      ],
      // It was never begun, for a reason that CI must not take for success.
      [[], { isInterrupted: true }, ['error', 'error', 'error']],
      [[], { notRun: 1 }, ['skipped', 'skipped', 'skipped']],
    ];
    for (const [runs, end, kinds] of outcomes) {
      const xml = junit(said.plan(), ...runs, said.summary(end));
      assert.deepEqual(
        casesOf(xml),
        names.map((n, i) => `${n}: ${kinds[i]}`),
      );
    }
  });

  it('never passes what is unknown, as the exit code does: one of two, not one of two hundred', () => {
    const bad = said.run('keys', 1, [
      said.unknown('linearizable', 'the search stopped'),
      said.holds('fencing'),
    ]);
    const good = said.run('keys', 2, [said.holds('linearizable'), said.holds('fencing')]);
    const of = (n: number): string[] =>
      casesOf(junit(said.plan(), bad, ...Array.from({ length: n }, () => good), said.summary()));
    assert.equal(of(1)[0], 'linearizable: error');
    assert.equal(of(199)[0], 'linearizable: system-out');
    const vacuous = said.run('keys', 1, [
      said.holds('linearizable'),
      said.holds('fencing'),
      said.unknown('not-vacuous', 'no fault took effect'),
    ]);
    assert.deepEqual(casesOf(junit(said.plan(), vacuous, said.summary())), [
      'linearizable: system-out',
      'fencing: system-out',
      'proves something: error',
    ]);
  });

  it('takes what breaks as it must for holding, and what should have broken for a failure', () => {
    const asExpected = { ...broken, verdict: 'holds' as const, counterexample: null };
    assert.equal(
      casesOf(junit(said.plan(), asExpected, said.summary()))[0],
      'linearizable: passed',
    );
    const missed = said.run('keys', 1, [said.holds('linearizable'), said.holds('fencing')], {
      verdict: 'violated',
      remarks: ['a violation was expected, and there was none'],
    });
    assert.equal(
      casesOf(junit(said.plan(), missed, said.summary()))[2],
      'proves something: failure',
    );
  });

  it('is red for what was left behind', () => {
    const left = said.run('keys', 1, [said.holds('linearizable'), said.holds('fencing')], {
      leftovers: ['a container'],
    });
    const xml = junit(said.plan(), left, said.summary());
    assert.match(
      xml,
      /name="proves something">\s*<error type="unknown" message="left behind: a container"/,
    );
  });

  it('of check has a case for each file', async () => {
    const check = { type: 'check' as const, operations: 3, nodes: 0, core: [], prefix: null };
    const xml = junit(
      { ...check, file: 'a.jsonl', verdict: 'violated', sentences: contradiction },
      { ...check, file: 'b.jsonl', verdict: 'unknown', sentences: ['too long'] },
      { ...check, file: 'c.jsonl', verdict: 'holds' },
    );
    assert.deepEqual(await errorsOf(xml), []);
    assert.deepEqual(casesOf(xml), ['history: failure', 'history: error', 'history: passed']);
  });
});
