/** What published suites say is read as it is meant: a test that fails is never lost. */
import assert from 'node:assert/strict';
import { goApi } from './suites/go-api.ts';
import { goCli } from './suites/go-cli.ts';
import { rustClient } from './suites/rust-client.ts';
import { runSuite, type Suite } from './suites/suite.ts';

describe('suites of others', () => {
  it('go test', () => {
    const said = '=== RUN   TestA\n--- PASS: TestA (0.01s)\n--- FAIL: TestB (0.00s)\nFAIL\n';
    assert.deepEqual(goApi.read(said), { passed: ['TestA'], failed: ['TestB'] });
  });

  it('cargo test, with its examples', () => {
    const said = 'test test_reset ... ok\ntest src/lib.rs - (line 7) ... ok\ntest b ... FAILED\n';
    const passed = ['test_reset', 'src/lib.rs - (line 7)'];
    assert.deepEqual(rustClient.read(said), { passed, failed: ['b'] });
  });

  const steps =
    '+ cli list\n+ ../dist/toxiproxy-cli list\n+ benchmark\n+ cli toggle shopify_http\n';
  const figure = 'BenchmarkProxySmall-2   \t    3127\t    378513 ns/op\n';

  it("Toxiproxy's script, to its end", () => {
    const passed = ['cli list', 'benchmark', 'cli toggle shopify_http', 'BenchmarkProxySmall-2'];
    assert.deepEqual(goCli.read(`${steps}${figure}\nSucccess!\n`), { passed, failed: [] });
  });

  it("Toxiproxy's script, which stops at the step that fails", () => {
    const passed = ['cli list', 'benchmark', 'BenchmarkProxySmall-2'];
    const failed = ['cli toggle shopify_http'];
    assert.deepEqual(goCli.read(`${steps}${figure}`), { passed, failed });
  });

  it('one that cannot be fetched has no test that passed, and says why', async () => {
    const missing: Suite = { ...goApi, run: () => Promise.reject(new Error('no go here')) };
    const { passed, failed, tail } = await runSuite(missing);
    assert.deepEqual({ passed, failed, tail }, { passed: [], failed: [], tail: 'no go here' });
  });

  it('what cannot pass is told with its reason, and is no failure', async () => {
    const version = 'TestVersionEndpointReturnsVersion';
    const said = `--- FAIL: ${version} (0.00s)\n--- FAIL: TestB (0.00s)\n`;
    const { failed, inapplicable } = await runSuite({ ...goApi, run: () => Promise.resolve(said) });
    assert.deepEqual(failed, ['TestB']);
    assert.match(inapplicable[0] ?? '', /^TestVersionEndpoint\S+: wants a server that was built/);
  });
});
