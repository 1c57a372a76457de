import { proveProducts } from '../products.ts';
import type { Demonstration } from './demonstration.ts';

export const products: Demonstration = {
  says: '--count 20 --operations 5000 --product etcd --scenario "keys-*": the suite of each installed product, so many times',
  isLong: true,
  async run({ say, ...asked }) {
    const operations = asked.operations ?? 5_000;
    const { products: names, scenario } = asked;
    const { count = 1, seed = 1 } = asked;
    const wanted = { count, seed, operations, products: names, scenario };
    for await (const { product, suites, missing } of proveProducts(wanted)) {
      if (missing !== null) say(false, `products, ${product}: not run`, missing);
      for (const [suite, t] of suites) {
        // In real time a run may prove too little, on a busy machine above all.
        const isOk = t.violated.length + t.skipped.length === 0 && t.unknown.length * 10 <= t.runs;
        say(
          isOk,
          `products, ${product}, ${suite}: ${t.runs} runs, ${t.operations} operations, ${t.violated.length} false alarms, ${t.known.length} known, ${t.unknown.length} unknown`,
          [...t.violated, ...t.known, ...t.skipped, ...t.unknown].slice(0, 3).join('; '),
        );
      }
    }
  },
};
