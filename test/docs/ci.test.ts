/** The builds of docs/guides/ci.md, as they are printed: what they run is run, on a scenario with a bug. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { parse } from 'yaml';
import { antlion, skipUnlessBuilt } from '../cli/antlion.ts';
import type { Ended } from '../cli/antlion.ts';
import { brokenStory } from '../cli/broken-story.ts';

interface Step {
  readonly run?: string;
}
interface Workflow {
  readonly jobs: Readonly<Record<string, { readonly steps: readonly Step[] }>>;
}
interface Pipeline {
  readonly antlion: { readonly script: readonly string[] };
}

const guide = readFileSync('docs/guides/ci.md', 'utf8');
const [workflow, pipeline] = [...guide.matchAll(/```yaml\n([^]*?)```/g)].map(
  ([, text = '']) => parse(text) as unknown,
) as [Workflow, Pipeline];

describe('docs/guides/ci.md', function () {
  this.timeout(120_000);
  let folder = '';
  before(function () {
    skipUnlessBuilt(this);
  });
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'antlion-test-'));
    mkdirSync(join(folder, 'scenarios'));
    writeFileSync(join(folder, 'scenarios', 'one-term.ts'), brokenStory);
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** A command of a build, in a shell's way: variables and patterns are the shell's. */
  function shell(
    command: string,
    variables: Readonly<Record<string, string>> = {},
    env: Readonly<Record<string, string>> = {},
  ): Promise<Ended> {
    const told = Object.entries(variables).reduce((t, [k, v]) => t.replaceAll(k, v), command);
    const words = told.split(/\s+/).flatMap((word) => {
      const pattern = /^([\w-]+)\*(\.\w+)$/.exec(word);
      if (pattern === null) return [word];
      const [, begin = '', end = ''] = pattern;
      return readdirSync(folder).filter((n) => n.startsWith(begin) && n.endsWith(end));
    });
    assert.deepEqual(words.slice(0, 2), ['npx', 'antlion'], command);
    return antlion(words.slice(2), { cwd: folder, env });
  }
  const commandsOf = (job: string): string[] =>
    (workflow.jobs[job]?.steps ?? []).flatMap((s) =>
      s.run === undefined || s.run === 'npm ci' ? [] : [s.run],
    );
  const read = (name: string): string => readFileSync(join(folder, name), 'utf8');

  it('of GitHub runs in shards, and tells of the bug in annotations, a summary and JUnit', async () => {
    for (const shard of ['1', '2']) {
      for (const command of commandsOf('run')) {
        const ended = await shell(command, { '${{ matrix.shard }}': shard });
        assert.equal(ended.code, 1, ended.stderr);
      }
    }
    const env = { GITHUB_STEP_SUMMARY: join(folder, 'summary.md') };
    for (const command of commandsOf('report')) {
      const ended = await shell(command, {}, env);
      assert.equal(ended.code, 1, ended.stderr);
      const annotation = '::error file=scenarios/one-term.ts,title=one-term%3A terms-stay-one';
      assert.ok(ended.stdout.includes(annotation), ended.stdout);
    }
    assert.match(read('summary.md'), /\| one-term \| ❌ violated \| 20 \|/);
    // From the red case to the contradiction: the command that it names, and the page that this writes.
    const [, page = ''] = /^As a page: +(antlion replay .*)$/m.exec(read('antlion.xml')) ?? [];
    const replayed = await shell(`npx ${page}`);
    assert.equal(replayed.code, 1, replayed.stderr);
    const [, fact = ''] = /^ {2}(\S.*)\n\n\(seed/m.exec(read('antlion.xml')) ?? [];
    assert.ok(fact.length > 20 && read('contradiction.html').includes(fact), fact);
    // And from what was uploaded.
    const [first = ''] = readdirSync(join(folder, 'artifacts'));
    const files = [...guide.matchAll(/^\| `([\w.]+)` /gm)].map((m) => m[1]);
    assert.deepEqual(readdirSync(join(folder, 'artifacts', first)).sort(), files.sort());
    const again = await shell(`npx antlion replay artifacts/${first}/token.txt`);
    assert.match(again.stdout, /same trace/);
  });

  it('of GitLab runs in shards, each with a JUnit file', async () => {
    const [command = ''] = pipeline.antlion.script.filter((line) => line !== 'npm ci');
    for (const index of ['1', '2']) {
      const ended = await shell(command, { $CI_NODE_INDEX: index, $CI_NODE_TOTAL: '2' });
      assert.equal(ended.code, 1, ended.stderr);
      assert.match(read(`antlion-${index}.xml`), /<property name="runs" value="10"\/>/);
    }
  });
});
