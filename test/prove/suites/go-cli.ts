/**
 * Toxiproxy's end-to-end script: its command line makes, changes and removes what its server does to the traffic
 * of a web service. It runs as it is; our command stands where the build leaves their server.
 */
import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { fetchGoModule, goModule } from './go-module.ts';
import { antlion } from './server.ts';
import { named, output, type Suite } from './suite.ts';

const asksForGo = "wants figures of Go's run time: ours is no Go program";

export const goCli: Suite = {
  name: `scripts/test-e2e of ${goModule}, by toxiproxy-cli`,
  async run(folder) {
    const module = await build(await fetchGoModule(folder), folder);
    // The trace names each step. What the script leaves running is in its group, and ends with it.
    const script = 'bash -x scripts/test-e2e; kill -TERM 0';
    const path = `${programs(folder)}${delimiter}${process.env['PATH']}`;
    return output('bash', ['-c', script], module, { PATH: path });
  },
  read(said) {
    const steps = named(/^\+ ((?:cli|benchmark|wait_for_url|grep)\b.*)$/gm, said);
    const figures = named(/^(Benchmark\S+)\s+\d+\s.*ns\/op$/gm, said);
    // It stops at the first step that fails.
    const failed = said.includes('\nSucccess!') ? [] : steps.splice(-1);
    return { passed: [...steps, ...figures], failed };
  },
  inapplicable: new Map([["grep -E '^go_info'", asksForGo]]),
};

/** A copy of the module that can be written to, with what `make build` leaves in it. */
async function build(from: string, folder: string): Promise<string> {
  const module = join(folder, 'toxiproxy');
  const run = promisify(execFile);
  await run('cp', ['-R', from, module]);
  await run('chmod', ['-R', 'u+w', module]);
  await run('go', ['build', '-o', 'dist/toxiproxy-cli', './cmd/cli'], { cwd: module });
  // So that the script, which waits ten seconds for it, need not compile it.
  await run('go', ['build', '-o', join(folder, 'endpoint'), 'test/e2e/endpoint.go'], {
    cwd: module,
  });
  const server = `#!/bin/sh\nexec "${process.execPath}" "${antlion}" proxy --runtime-metrics\n`;
  writeFileSync(join(module, 'dist', 'toxiproxy-server'), server, { mode: 0o755 });
  return module;
}

/** A `pkill` that does nothing: the script's would end anybody's Toxiproxy on this machine. */
function programs(folder: string): string {
  const path = join(folder, 'bin');
  mkdirSync(path);
  writeFileSync(join(path, 'pkill'), '#!/bin/sh\n', { mode: 0o755 });
  return path;
}
