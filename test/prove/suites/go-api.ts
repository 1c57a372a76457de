/** Toxiproxy's own Go module brings the tests of its API, by its Go client. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fetchGoModule, goModule } from './go-module.ts';
import { startOurs } from './server.ts';
import { named, output, type Suite } from './suite.ts';

export const goApi: Suite = {
  name: `api_test.go of ${goModule}`,
  async run(folder) {
    lay(await fetchGoModule(folder), folder);
    await using _server = await startOurs(8475);
    return await output('go', ['test', '-mod=mod', '-count=1', '-v', './...'], folder);
  },
  read: (said) => ({
    passed: named(/^--- PASS: (\S+)/gm, said),
    failed: named(/^--- FAIL: (\S+)/gm, said),
  }),
  inapplicable: new Map([
    ['TestVersionEndpointReturnsVersion', 'wants a server that was built without its version'],
  ]),
};

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

/** The tests, and the one function of others that they call. */
function lay(from: string, to: string): void {
  const tests = readFileSync(join(from, 'api_test.go'), 'utf8');
  const others = readFileSync(join(from, 'toxiproxy_test.go'), 'utf8');
  const helper = /^func AssertProxyUp[^]*?^}/m.exec(others)?.[0] ?? '';
  const imports = 'package toxiproxy_test\n\nimport (\n\t"net"\n\t"testing"\n)\n\n';
  writeFileSync(join(to, 'helper_test.go'), `${imports}${helper}\n`);
  const ours = tests.replace(ownServer, ourServer).replace(forOwnServer, '');
  writeFileSync(join(to, 'api_test.go'), ours);
}
