/** A kind of fault of a user's own, as the guide prints it, in a project without antlion. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { describe, it } from 'mocha';
import ts from 'typescript';
import { antlion, recordsOf, skipUnlessBuilt } from './antlion.ts';
import type { Ended } from './antlion.ts';

const guide = readFileSync('docs/guides/fault.md', 'utf8');
const kind = /^```ts\n([^]*?)```/m.exec(guide)?.[1] ?? '';

/** Answers in time: which a link that trickles does not let the cluster do, in a story of three faults. */
const scenario = `
import { cluster, defineScenario, kvOperations, never, operation } from 'antlion';
import type { Fault } from 'antlion';
import './faults/trickle.ts';

export const inTime = never(
  { id: 'in-time', area: 'RESILIENCE', claim: 'Every operation is answered.', faultModel: 'none' },
  operation('info'),
);
const everyone = { of: 'everyone' } as const;
const trickling: Fault = {
  kind: 'trickle', atUs: 1_000_000, untilUs: 4_000_000, pieceBytes: 10, pauseUs: 500_000,
  links: { from: { of: 'clients' }, to: everyone, bothWays: true },
};
const slow: Fault = {
  kind: 'trickle', atUs: 1_000_000, untilUs: 4_000_000, pieceBytes: 40, pauseUs: 1_000,
  links: { from: { of: 'clients' }, to: everyone, bothWays: true },
};
const story = (faults: readonly Fault[]) => (draw: Parameters<typeof kvOperations>[0]) => ({
  shape: cluster({ servers: 3, clients: 2 }),
  faults,
  clients: kvOperations(draw, {
    clients: 2, count: 30, keys: 1, pauseUs: 100_000, mix: { read: 1, write: 1 },
  }),
  durationUs: 6_000_000,
});
export const stuck = defineScenario({
  name: 'stuck', claim: 'Everything is answered in time.', promises: [inTime],
  story: story([
    trickling,
    { kind: 'pause', atUs: 4_500_000, untilUs: 4_600_000, nodes: { of: 'node', node: 2 } },
  ]),
});
export const late = defineScenario({
  name: 'late', claim: 'What trickles arrives.', promises: ['linearizable'], story: story([slow]),
});
`;

describe('kinds of fault of one’s own', function () {
  this.timeout(180_000);
  let project = '';
  const put = (files: Readonly<Record<string, string>>): void => {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(project, name)), { recursive: true });
      writeFileSync(join(project, name), text);
    }
  };
  const run = (...args: string[]): Promise<Ended> => antlion(args, { cwd: project });

  before(function () {
    skipUnlessBuilt(this);
  });
  beforeEach(() => {
    project = mkdtempSync(join(tmpdir(), 'antlion-project-'));
    put({
      'package.json': '{ "name": "p", "version": "1.0.0", "type": "module" }',
      'faults/trickle.ts': kind,
      'mine.ts': scenario,
    });
  });
  afterEach(() => rmSync(project, { recursive: true }));

  it('break a promise, are shrunk and told, and the token shows it again', async () => {
    const { code, stdout, stderr } = await run('run', './mine.ts');
    assert.equal(code, 1, stderr);
    assert.match(stdout, /in-time is violated/);
    assert.match(stdout, /trickle of 10 bytes at a time/);
    assert.doesNotMatch(stdout, /^.*pause server-2/m, 'what does not matter is gone');
    const token = /antlion replay (\S+)/.exec(stdout)?.[1] ?? assert.fail(stdout);
    const again = await run('replay', token);
    assert.equal(again.code, 1, again.stderr);
    assert.match(again.stdout, /same trace/);
    put({ 'mine.ts': scenario.replace("import './faults/trickle.ts';", '') });
    const unknown = await run('replay', token);
    assert.equal(unknown.code, 64);
    assert.match(
      unknown.stderr,
      /^E_TOKEN: .*program\.faults\.0\.kind is "trickle", wanted one of partition, /,
    );
    put({
      'antlion.config.ts': `
        import { defineConfig } from 'antlion';
        import { trickle } from './faults/trickle.ts';
        export default defineConfig({ faults: [trickle] });`,
    });
    assert.equal((await run('replay', token)).code, 1, 'the configuration brings it along');
  });

  it('are done by processes as well', async () => {
    const ended = await run('run', './mine.ts', 'late', '--env', 'processes', '--json');
    const late = recordsOf(ended, 'run').find((r) => r['scenario'] === 'late');
    assert.deepEqual(late?.['verdict'], 'holds', ended.stdout + ended.stderr);
    assert.equal((late['faults'] as { effective: number }).effective, 1);
  });

  it('are listed, with where they can be done', async () => {
    const listed = await run('list', '--faults', './mine.ts', '--json');
    const all = recordsOf(listed, 'fault');
    assert.deepEqual(
      all.filter((f) => f['isOwn'] === true).map((f) => [f['fault'], f['fields']]),
      [['trickle', ['pieceBytes', 'pauseUs']]],
    );
    assert.match(
      (await run('list', '--faults')).stdout,
      /^partition\n[^]*links, mode · cuts-links/,
    );
  });

  it('are checked by the compiler, in plans too', () => {
    mkdirSync(join(project, 'node_modules'));
    symlinkSync(resolve('.'), join(project, 'node_modules/antlion'), 'dir');
    put({
      'wrong.ts': `
        import type { Fault } from 'antlion';
        import './faults/trickle.ts';
        const interval = { atUs: 0, untilUs: 1, links: { from: { of: 'leader' }, to: { of: 'leader' }, bothWays: false } } as const;
        export const f: Fault = { kind: 'trickle', ...interval, pieceBytes: 'few', pauseUs: 1 };`,
    });
    assert.deepEqual(complaints(project, ['mine.ts']), []);
    assert.match(
      complaints(project, ['wrong.ts']).join(),
      /'string' is not assignable to type 'number'/,
    );
  });

  const wrong: Readonly<Record<string, [change: [string, string], RegExp]>> = {
    'a name that is taken': [
      ["kind: 'trickle',\n  line", "kind: 'loss' as 'trickle',\n  line"],
      /fault "loss" is defined twice/,
    ],
    'a name in capitals': [
      ["kind: 'trickle',\n  line", "kind: 'Trickle' as 'trickle',\n  line"],
      /"Trickle": its name is wanted in lower case/,
    ],
    'no figure of what is injected': [
      ["  figure: () => 'delayed-bytes',\n", ''],
      /"trickle": it has inject and no figure/,
    ],
    'a delay that is no time': [
      ['Math.ceil(m.bytes() / pieceBytes) * pauseUs', '(m.bytes() / pieceBytes) * Number.NaN'],
      /fault "trickle": pass gave NaN, wanted whole µs/,
    ],
    'nothing that ends it': [
      ['ports) =>\n    ports.onLinks(', 'ports) =>\n    void ports.onLinks('],
      /fault "trickle": simulate gave undefined, wanted what ends the fault/,
    ],
    'no harm': [["['delays-messages']", '[]'], /"trickle": harms is empty/],
    'a common field': [
      ['pauseUs: z.int().min(1) }', 'pauseUs: z.int(), atUs: z.int() }'],
      /fields has atUs/,
    ],
  };
  for (const [title, [[from, to], message]] of Object.entries(wrong)) {
    it(`are refused: ${title}`, async () => {
      assert.ok(kind.includes(from));
      put({ 'faults/trickle.ts': kind.replace(from, to) });
      const { code, stderr } = await run('run', './mine.ts');
      assert.equal(code, 64, stderr);
      assert.match(stderr, message);
    });
  }
});

function complaints(folder: string, files: readonly string[]): string[] {
  const options: ts.CompilerOptions = {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    exactOptionalPropertyTypes: true,
    allowImportingTsExtensions: true,
    target: ts.ScriptTarget.ES2023,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    lib: ['lib.es2023.d.ts', 'lib.esnext.disposable.d.ts'],
    types: [],
  };
  const host = ts.createCompilerHost(options);
  host.getCurrentDirectory = () => folder;
  const program = ts.createProgram(
    files.map((f) => join(folder, f)),
    options,
    host,
  );
  return ts
    .getPreEmitDiagnostics(program)
    .map((d) => ts.flattenDiagnosticMessageText(d.messageText, '\n'));
}
