import { wordsOf } from '../../../harness/cli/products/system-flags.ts';
import { showAnomalies } from '../anomalies.ts';
import type { Demonstration } from './demonstration.ts';

export const anomalies: Demonstration = {
  says: '--product etcd --scenario lock: what is known to break, shown again; writes the page that tells of it',
  isLong: true,
  async run({ say, products, scenario }) {
    for await (const shown of showAnomalies({ products, scenario })) {
      if ('missing' in shown) {
        say(false, `anomaly of ${shown.anomaly.scenario}: not shown`, shown.missing);
        continue;
      }
      const { product, anomaly, tries, steps, safe } = shown;
      const flags = wordsOf({ ...anomaly.flags });
      // A run that proved too little on a busy machine is no violation.
      const isOk = steps !== null && !/violated/.test(safe ?? '');
      const found = steps === null ? 'not shown' : `shown in ${steps} steps`;
      say(
        isOk,
        `anomaly of ${[product, ...flags].join(' ')}, ${anomaly.scenario}, ${anomaly.breaks}: ${tries} tries, ${found}`,
        safe === null ? '' : `without it: ${safe}`,
      );
    }
  },
};
