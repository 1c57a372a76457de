/** The adapter of ZooKeeper against an ensemble that the test starts. */
import { after, before, describe } from 'mocha';
import { zookeeper } from '../../harness/systems/zookeeper/index.ts';
import { adapterConformance } from './conformance/conformance.ts';
import { skipWithout, startProduct } from './product.ts';
import type { Product } from './product.ts';

describe('zookeeper adapter', () => {
  let product: Product;
  before(async function () {
    skipWithout(this, zookeeper);
    product = await startProduct(zookeeper);
  });
  after(async () => product?.[Symbol.asyncDispose]());

  adapterConformance(zookeeper.operations, () => product.subject);
});
