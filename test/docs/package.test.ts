/** The tarball, installed in somebody else's folder: a scenario in TypeScript, a property in processes. */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { describe, it } from 'mocha';
import { skipUnlessBuilt } from '../cli/antlion.ts';

/** As the guide prints it. */
const scenario =
  /^```ts\n([^]*?)```/m.exec(readFileSync('docs/guides/scenario.md', 'utf8'))?.[1] ??
  assert.fail('the guide prints no scenario');

const property = `
import { kv, property } from 'antlion';
import { processes } from 'antlion/environments';
import { reference } from 'antlion/reference';

await property({
  environment: processes(),
  system: reference,
  cluster: { servers: 3, clients: 2 },
  operations: kv({ count: 10 }),
  faults: { kinds: ['pause'], count: [1, 1] },
  promises: ['linearizable'],
  durationUs: 4_000_000,
  runs: 1,
  regressions: null,
});
console.log('the property holds');
`;

describe('the package', function () {
  this.timeout(180_000);
  let project = '';

  before(function () {
    skipUnlessBuilt(this);
    project = realpathSync(mkdtempSync(join(tmpdir(), 'antlion-package-')));
    // Built already: packing must not build again.
    const flags = ['pack', '--ignore-scripts', '--silent', '--pack-destination', project];
    const tarball = execFileSync('npm', flags, { encoding: 'utf8' }).trim();
    const modules = join(project, 'node_modules');
    mkdirSync(join(modules, 'antlion'), { recursive: true });
    const into = ['--strip-components=1', '-C', join(modules, 'antlion')];
    execFileSync('tar', ['xzf', join(project, tarball), ...into]);
    // What is installed with it, and nothing else: no tool of ours is there.
    const { dependencies } = JSON.parse(
      readFileSync(join(modules, 'antlion/package.json'), 'utf8'),
    ) as { dependencies: Record<string, string> };
    for (const name of Object.keys(dependencies)) {
      mkdirSync(dirname(join(modules, name)), { recursive: true });
      symlinkSync(resolve('node_modules', name), join(modules, name));
    }
    // As `npm init -y` makes it.
    writeFileSync(join(project, 'package.json'), '{ "name": "p", "type": "commonjs" }');
    mkdirSync(join(project, 'scenarios'));
    writeFileSync(join(project, 'scenarios/leader-stops.ts'), scenario);
    writeFileSync(join(project, 'property.mjs'), property);
  });
  after(() => {
    if (project !== '') rmSync(project, { recursive: true });
  });

  const node = (...args: string[]): { code: number | null; output: string } => {
    const env = { ...process.env, TMPDIR: project, XDG_STATE_HOME: project, NO_COLOR: '1' };
    const ended = spawnSync(process.execPath, args, { cwd: project, encoding: 'utf8', env });
    return { code: ended.status, output: ended.stdout + ended.stderr };
  };
  const bin = 'node_modules/antlion/dist/harness/cli/bin.js';

  it('runs a scenario in TypeScript, in simulation and in processes', () => {
    const simulated = node(bin, 'run', './scenarios', '--runs', '3');
    assert.equal(simulated.code, 0, simulated.output);
    assert.match(simulated.output, /holds +leader-stops/);
    const real = node(bin, 'run', 'scenarios/leader-stops.ts', '--env', 'processes');
    assert.equal(real.code, 0, real.output);
  });

  it('runs a property in processes', () => {
    const { code, output } = node('property.mjs');
    assert.equal(code, 0, output);
    assert.match(output, /the property holds/);
  });

  it('ships its documents whole: each link in them leads to something that is there', () => {
    const root = join(project, 'node_modules/antlion');
    const documents = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(
      (name) => name.endsWith('.md') && !name.includes('node_modules'),
    );
    assert.ok(documents.length > 40, documents.join(' '));
    const dead = documents.flatMap((name) => {
      const text = readFileSync(join(root, name), 'utf8').replaceAll(/^```[^]*?^```/gm, '');
      return [...text.matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, link = '']) => {
        const [path = '', anchor] = link.split('#');
        if (/^[a-z]+:/.test(link)) return [];
        const target = path === '' ? join(root, name) : join(root, dirname(name), path);
        if (!existsSync(target)) return [`${name}: ${link}`];
        const isFound = anchor === undefined || anchorsOf(readFileSync(target, 'utf8')).has(anchor);
        return isFound ? [] : [`${name}: ${link}`];
      });
    });
    assert.deepEqual(dead, []);
  });

  it('does what its README says: the tour, and what can run here', () => {
    const readme = readFileSync(join(project, 'node_modules/antlion/README.md'), 'utf8');
    assert.match(readme, /^npm ci && npm start /m);
    const env = { ...process.env, TMPDIR: project, XDG_STATE_HOME: project, NO_COLOR: '1' };
    const cwd = join(project, 'node_modules/antlion');
    const tour = spawnSync('npm', ['start', '--silent'], { cwd, encoding: 'utf8', env });
    assert.equal(tour.status, 0, tour.stdout + tour.stderr);
    assert.match(tour.stdout, /is violated/);
    assert.match(readme, /`npx antlion doctor`/);
    const doctor = node(bin, 'doctor');
    assert.match(doctor.output, /^. node +\d+\.\d+\.\d+$/m);
  });

  it('ships no tests, and no maps of sources that are not there', () => {
    const files = execFileSync('tar', ['tzf', join(project, 'antlion-0.1.0.tgz')], {
      encoding: 'utf8',
    });
    assert.doesNotMatch(files, /^package\/(dist\/)?test\//m);
    assert.doesNotMatch(files, /\.map$/m);
    assert.match(files, /^package\/dist\/harness\/environments\.d\.ts$/m);
  });
});

/** As GitHub makes them of headings. */
function anchorsOf(text: string): ReadonlySet<string> {
  return new Set(
    [...text.matchAll(/^#+ (.*)$/gm)].map(([, title = '']) =>
      title
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );
}
