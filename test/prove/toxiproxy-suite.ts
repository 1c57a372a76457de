/**
 * Published suites against our proxy, fetched as anybody fetches them. Toxiproxy's own Go module brings the
 * tests of its API, by its Go client; most clients publish their code without their tests.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startProxy } from '../../harness/proxy/server.ts';

interface Suite {
  readonly name: string;
  /** Where it expects a server. */
  readonly port: number;
  /** Fetches and runs it; gives what it says. `folder` is its own, for the time of the run. */
  run(folder: string): Promise<string>;
  /** A test of it that passed, and one that did not, in what it says. */
  readonly passed: RegExp;
  readonly failed: RegExp;
  /** Tests that no server passes that says which version it is. */
  readonly asksForNoVersion: readonly string[];
}

interface SuiteRun {
  readonly passed: number;
  /** Names of tests. */
  readonly failed: readonly string[];
  /** The last lines that it said. */
  readonly tail: string;
}

const go = { module: 'github.com/Shopify/toxiproxy/v2', version: 'v2.12.0' };

export const suites: readonly Suite[] = [
  {
    name: `${go.module}@${go.version}`,
    port: 8475,
    run: runGo,
    passed: /^--- PASS: (\S+)/gm,
    failed: /^--- FAIL: (\S+)/gm,
    asksForNoVersion: ['TestVersionEndpointReturnsVersion'],
  },
];

export async function runSuite(suite: Suite): Promise<SuiteRun> {
  await using _server = await startProxy({ port: suite.port });
  const folder = mkdtempSync(join(tmpdir(), 'antlion-clients-'));
  try {
    const said = await suite.run(folder);
    const named = (pattern: RegExp): string[] => [...said.matchAll(pattern)].map((m) => m[1] ?? '');
    const tail = said.trim().split('\n').slice(-8).join('\n');
    return {
      passed: named(suite.passed).length,
      failed: named(suite.failed).filter((name) => !suite.asksForNoVersion.includes(name)),
      tail,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** They start a server of their own in place of ours, in one function, and need those imports for it alone. */
const ownServer = /var testServer[^]*?(?=func TestRequestId)/;
const ourServer = `
var client = tclient.NewClient("http://127.0.0.1:8475")

func WithServer(t *testing.T, f func(string)) {
	defer func() {
		proxies, err := client.Proxies()
		if err != nil {
			t.Fatal("Failed to list proxies", err)
		}
		for _, proxy := range proxies {
			if err := proxy.Delete(); err != nil {
				t.Error("Failed to clear collection", err)
			}
		}
	}()
	f("http://localhost:8475")
}

`;
const forOwnServer = new RegExp(
  `^\\t"(flag|os|time|github.com/(prometheus/client_golang/prometheus|rs/zerolog|Shopify/toxiproxy/v2))"\\n`,
  'gm',
);

async function runGo(folder: string): Promise<string> {
  const module = `module suite\n\ngo 1.22\n\nrequire ${go.module} ${go.version}\n`;
  writeFileSync(join(folder, 'go.mod'), module);
  const download = ['mod', 'download', '-json', `${go.module}@${go.version}`];
  const { Dir } = JSON.parse(await output('go', download, folder)) as { Dir: string };
  const tests = readFileSync(join(Dir, 'api_test.go'), 'utf8');
  const others = readFileSync(join(Dir, 'toxiproxy_test.go'), 'utf8');
  const helper = /^func AssertProxyUp[^]*?^}/m.exec(others)?.[0] ?? '';
  const imports = 'package toxiproxy_test\n\nimport (\n\t"net"\n\t"testing"\n)\n\n';
  writeFileSync(join(folder, 'helper_test.go'), `${imports}${helper}\n`);
  const ours = tests.replace(ownServer, ourServer).replace(forOwnServer, '');
  writeFileSync(join(folder, 'api_test.go'), ours);
  return output('go', ['test', '-mod=mod', '-count=1', '-v', './...'], folder);
}

/** What a command says, also when tests of it fail. */
async function output(command: string, args: readonly string[], cwd: string): Promise<string> {
  const options = { cwd, maxBuffer: 1 << 26 };
  return promisify(execFile)(command, args, options).then(
    ({ stdout }) => stdout,
    (e: unknown) => {
      const { stdout = '', stderr = '', message = '' } = e as Record<string, string>;
      return `${stdout}\n${stderr === '' && stdout === '' ? message : stderr}`;
    },
  );
}
