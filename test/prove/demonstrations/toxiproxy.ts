import { goApi } from '../suites/go-api.ts';
import { goCli } from '../suites/go-cli.ts';
import { rustClient } from '../suites/rust-client.ts';
import { runSuite } from '../suites/suite.ts';
import type { Demonstration } from './demonstration.ts';

export const toxiproxy: Demonstration = {
  says: "published suites of Toxiproxy's clients against antlion proxy; fetched by go and cargo",
  isLong: true,
  async run({ say }) {
    for (const suite of [goApi, goCli, rustClient]) {
      const { passed, failed, inapplicable, tail } = await runSuite(suite);
      const isGood = passed.length > 0 && failed.length === 0;
      const which = isGood ? inapplicable.join('; ') : `${failed.join(' ')}\n${tail}`;
      const counts = `${passed.length} passed, ${failed.length} failed, ${inapplicable.length} cannot apply`;
      say(isGood, `${suite.name}: ${counts}`, which);
    }
  },
};
