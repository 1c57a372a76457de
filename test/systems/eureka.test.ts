/** The adapter of Eureka against two servers that the test starts, where `antlion systems install` made them. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { isInstalled, releaseOf } from '../../harness/cli/products/releases.ts';
import { eureka } from '../../harness/systems/eureka/index.ts';
import { skipUnless } from '../require.ts';
import { Bench, pause } from './conformance/bench.ts';
import { adapterConformance } from './conformance/conformance.ts';
import { startProduct } from './product.ts';
import type { Product } from './product.ts';

describe('eureka adapter', function () {
  // Two Java machines.
  this.timeout(300_000);
  let product: Product;
  before(async function () {
    const release = releaseOf(eureka, '2025.0.0');
    const missing = isInstalled(release) ? null : 'antlion systems install eureka@2025.0.0';
    skipUnless(this, 'eureka', missing);
    product = await startProduct(eureka, {}, release.program);
  });
  after(async () => product?.[Symbol.asyncDispose]());

  // Clients of a bench ask the same server, which knows its own at once.
  adapterConformance(eureka.operations, () => product.subject);

  it('has who registered with one server found at the other, and not who has left', async () => {
    using bench = new Bench(product.subject);
    const { endpoints } = product.subject;
    const [a, b] = [await bench.open(), await bench.open([...endpoints].reverse())];
    const found = async (wanted: readonly string[]): Promise<void> => {
      for (;;) {
        const came = await b.ask('discover', 's');
        if (came?.type === 'ok' && JSON.stringify(came.value) === JSON.stringify(wanted)) return;
        await pause(50);
      }
    };
    const came = await a.ask('register', 's', { instance: 'i0', ttlUs: 60_000_000 });
    await found(['i0']);
    const number = came?.type === 'ok' ? came.value : assert.fail(JSON.stringify(came));
    assert.equal((await b.ask('renew', 's', number))?.type, 'ok');
    assert.equal((await b.ask('deregister', 's', number))?.type, 'ok');
    await found([]);
  });
});
