import { runSuite, suites } from '../toxiproxy-suite.ts';
import type { Demonstration } from './demonstration.ts';

export const toxiproxy: Demonstration = {
  says: "the API tests of Toxiproxy's Go module, by its Go client, against our proxy; fetched by go",
  isLong: true,
  async run({ say }) {
    for (const suite of suites) {
      const { passed, failed, tail } = await runSuite(suite);
      const isGood = passed > 0 && failed.length === 0;
      const which = isGood ? '' : `${failed.join(' ')}\n${tail}`;
      say(isGood, `${suite.name}: ${passed} tests passed, ${failed.length} failed`, which);
    }
  },
};
