import { showJobs } from '../jobs/jobs.ts';
import type { Demonstration } from './demonstration.ts';

const paused = 'a worker of pg-boss 10.4.2 stands still in a job';

export const jobs: Demonstration = {
  says: 'jobs of pg-boss on a real PostgreSQL: one that a paused worker holds is done twice once it expired',
  isLong: true,
  async run({ say }) {
    for (const [expireInSeconds, wanted] of [
      [2, 'violated'],
      [900, 'holds'],
    ] as const) {
      const { verdict, told } = await showJobs(expireInSeconds);
      const what = `${paused}, which expires after ${expireInSeconds} s: job-once ${verdict.kind}`;
      say(verdict.kind === wanted, what, told.join(', '));
    }
  },
};
