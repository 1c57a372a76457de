/** The adapter of Spring Cloud Config against two servers that the test starts, where `antlion systems install` made them. */
import { after, before, describe } from 'mocha';
import { isInstalled, releaseOf } from '../../harness/cli/products/releases.ts';
import { springCloudConfig } from '../../harness/systems/spring-cloud-config/index.ts';
import { skipUnless } from '../require.ts';
import { adapterConformance } from './conformance/conformance.ts';
import { startProduct } from './product.ts';
import type { Product } from './product.ts';

for (const backend of ['native', 'git']) {
  describe(`spring-cloud-config adapter, ${backend}`, function () {
    // Two Java machines.
    this.timeout(300_000);
    let product: Product;
    before(async function () {
      const release = releaseOf(springCloudConfig, '2025.0.0');
      const how = 'antlion systems install spring-cloud-config@2025.0.0';
      skipUnless(this, 'spring-cloud-config', isInstalled(release) ? null : how);
      product = await startProduct(springCloudConfig, { backend }, release.program);
    });
    after(async () => product?.[Symbol.asyncDispose]());

    adapterConformance(springCloudConfig.operations, () => product.subject);
  });
}
