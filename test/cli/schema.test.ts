/** The published schemas, by a validator that is not ours: what antlion takes and writes passes, what it refuses does not. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { ValidateFunction } from 'ajv/dist/2020.js';
import { describe, it } from 'mocha';
import { parse } from 'yaml';
import { readPlan } from '../../harness/plans/read.ts';
import { readRecordText } from '../../harness/runner/replay-record.ts';
import { antlion, recordsOf, skipUnlessBuilt } from './antlion.ts';
import type { Ended } from './antlion.ts';
import { brokenStory } from './broken-story.ts';

function validator(name: string): ValidateFunction {
  const text = readFileSync(`docs/reference/${name}.schema.json`, 'utf8');
  return new Ajv2020({ strict: false }).compile(JSON.parse(text) as object);
}

describe('the schema of a counterexample', () => {
  const folder = 'fixtures/regressions';
  const isValid = validator('counterexample');
  const [name = ''] = readdirSync(folder).filter((file) => file.endsWith('.json'));
  const text = readFileSync(join(folder, name), 'utf8');
  const changed = (change: (record: Kept) => void): string => {
    const record = JSON.parse(text) as Kept;
    change(record);
    return JSON.stringify(record);
  };

  it('takes every regression that is kept here, and one that names it', () => {
    const files = readdirSync(folder).filter((file) => file.endsWith('.json'));
    assert.ok(files.length > 0);
    for (const file of files) {
      const record = JSON.parse(readFileSync(join(folder, file), 'utf8')) as object;
      assert.ok(isValid(record), `${file}: ${JSON.stringify(isValid.errors?.slice(0, 3))}`);
    }
    const named = changed((r) => (r.$schema = './counterexample.schema.json'));
    assert.ok(isValid(JSON.parse(named)));
    assert.deepEqual(readRecordText(named, 'it'), readRecordText(text, 'it'));
  });

  it('refuses what antlion refuses', () => {
    const wrong = [
      changed((r) => (r.format = 2)),
      changed((r) => (r.$schema = 7)),
      changed((r) => (r.program.clients[0] = [{ f: 'read' }])),
      changed((r) => (r.program.faults[0] = { kind: 'earthquake', atUs: 1, untilUs: 2 })),
      changed((r) => (r.program.faults[0] = { kind: 'pause', atUs: -1, untilUs: 2 })),
    ];
    for (const record of wrong) {
      assert.equal(isValid(JSON.parse(record)), false, record.slice(0, 200));
      assert.throws(() => readRecordText(record, 'it'), /E_TOKEN: it is unreadable/);
    }
  });
});

interface Kept {
  $schema?: unknown;
  format: unknown;
  readonly program: { readonly clients: object[][]; readonly faults: object[] };
}

describe('the schema of a plan', () => {
  it('takes the plan of the guide, and one that names it', () => {
    const guide = readFileSync('docs/guides/plan.md', 'utf8');
    const text = /^```yaml\n([^]*?)^```/m.exec(guide)?.[1] ?? '';
    const named = `$schema: node_modules/antlion/docs/reference/plan.schema.json\n${text}`;
    const isValid = validator('plan');
    for (const plan of [text, named]) {
      assert.ok(isValid(parse(plan)), JSON.stringify(isValid.errors));
      readPlan('plan.yaml', plan);
    }
    assert.equal(isValid(parse(text.replace('version: 1', 'version: 2'))), false);
  });
});

describe('antlion.config.json', function () {
  this.timeout(60_000);
  let folder = '';
  before(function () {
    skipUnlessBuilt(this);
  });
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'antlion-test-'));
    writeFileSync(join(folder, 'story.ts'), brokenStory);
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const withConfig = (config: object): Promise<Ended> => {
    writeFileSync(join(folder, 'antlion.config.json'), JSON.stringify(config));
    return antlion(['run', '--json'], { cwd: folder });
  };

  it('names what belongs to a project, as its schema says', async () => {
    const config = {
      $schema: './node_modules/antlion/docs/reference/config.schema.json',
      scenarios: ['./story.ts'],
      promises: ['./story.ts'],
    };
    const isValid = validator('config');
    assert.ok(isValid(config), JSON.stringify(isValid.errors));
    const ended = await withConfig(config);
    assert.equal(ended.code, 1, ended.stderr);
    assert.deepEqual(
      recordsOf(ended, 'run').map((run) => run['scenario']),
      ['one-term'],
    );
  });

  it('that says something else is refused with one message, as its schema refuses it', async () => {
    const config = { scenario: ['./story.ts'] };
    assert.equal(validator('config')(config), false);
    const ended = await withConfig(config);
    assert.equal(ended.code, 64);
    assert.match(
      ended.stderr,
      /^E_FILE: antlion\.config\.json cannot be read: scenario is there, wanted nothing of that name\. Its form: antlion schema config\.\n$/,
    );
  });
});

describe('antlion schema', function () {
  this.timeout(60_000);
  before(function () {
    skipUnlessBuilt(this);
  });

  it('prints what there is, and each', async () => {
    const all = await antlion(['schema']);
    assert.match(
      all.stdout,
      /^config +antlion\.config\.json\ncounterexample +[^]*\noutput [^]*\nplan /,
    );
    const one = await antlion(['schema', 'plan']);
    const published = readFileSync('docs/reference/plan.schema.json', 'utf8');
    assert.deepEqual(JSON.parse(one.stdout), JSON.parse(published));
    const none = await antlion(['schema', 'plans']);
    assert.deepEqual(
      [none.code, none.stderr.slice(0, 47)],
      [64, 'E_USAGE: there is no schema "plans", did you me'],
    );
  });
});
