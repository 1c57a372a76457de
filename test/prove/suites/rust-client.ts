/** The Rust client brings its tests, and examples in its documentation, which are tests as well. */
import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { startOurs } from './server.ts';
import { named, output, type Suite } from './suite.ts';

const crate = { name: 'toxiproxy_rust', version: '0.1.6' };

export const rustClient: Suite = {
  name: `cargo test of ${crate.name} ${crate.version}`,
  async run(folder) {
    const suite = join(folder, crate.name);
    await promisify(execFile)('cp', ['-R', await fetchCrate(folder), suite]);
    await using _server = await startOurs(8474);
    // As its own page says; it was written for a compiler with fewer warnings.
    const env = { RUSTFLAGS: '--cap-lints warn' };
    return await output('cargo', ['test', '--', '--test-threads', '1'], suite, env);
  },
  read: (said) => ({
    passed: named(/^test (.+?) \.\.\. ok$/gm, said),
    failed: named(/^test (.+?) \.\.\. FAILED$/gm, said),
  }),
  inapplicable: new Map(),
};

/** Gives the folder of its files. */
async function fetchCrate(folder: string): Promise<string> {
  const { name, version } = crate;
  const user = join(folder, 'user');
  mkdirSync(join(user, 'src'), { recursive: true });
  writeFileSync(join(user, 'src', 'lib.rs'), '');
  const needs = `[package]\nname = "user"\nversion = "0.0.0"\n\n[dependencies]\n${name} = "=${version}"\n`;
  writeFileSync(join(user, 'Cargo.toml'), needs);
  const args = ['metadata', '--format-version', '1'];
  const { stdout } = await promisify(execFile)('cargo', args, { cwd: user, maxBuffer: 1 << 26 });
  const { packages } = JSON.parse(stdout) as { packages: readonly Package[] };
  const found = packages.find((p) => p.name === name);
  if (found === undefined) throw new Error(`cargo has fetched no ${name}`);
  return dirname(found.manifest_path);
}

interface Package {
  readonly name: string;
  readonly manifest_path: string;
}
