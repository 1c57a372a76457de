/** What barriers and configurations mean. */
import { isOk, told } from './bench.ts';
import { check, type Check } from './check.ts';

const who = (party: string): { readonly party: string; readonly parties: number } => ({
  party,
  parties: 2,
});

export const meetings: readonly Check[] = [
  check(
    'opens a barrier when all have come, keeps it open, and says when all have gone',
    ['enter-barrier', 'leave-barrier'],
    async (_, a, b) => {
      const steps = [
        [a, 'enter', 'p0', false],
        // Who asks again is counted once.
        [a, 'enter', 'p0', false],
        [b, 'enter', 'p1', true],
        [a, 'enter', 'p0', true],
        [a, 'leave', 'p0', false],
        [b, 'enter', 'p1', true],
        [b, 'leave', 'p1', true],
        [a, 'leave', 'p0', true],
      ] as const;
      for (const [client, phase, party, expected] of steps) {
        const came = await client.ask(`${phase}-barrier`, 'b', who(party));
        if (!isOk(came) || came.value !== expected) return `${phase} of ${party}: ${told(came)}`;
      }
      const other = await a.ask('enter-barrier', 'b2', who('p0'));
      return isOk(other) && other.value === false ? null : `of another: ${told(other)}`;
    },
  ),
  check(
    'serves the version that was published last, and tells its revision',
    ['publish-config', 'serve-config'],
    async (_, a, b) => {
      const none = await b.ask('serve-config', 'c', { instance: 'i' });
      const isNone = isOk(none) && JSON.stringify(none.value) === nothing;
      if (!isNone) return `before any: ${told(none)}`;
      let before = 0;
      for (const value of ['v1', 'v2']) {
        const published = await a.ask('publish-config', 'c', value);
        if (!isOk(published)) return `publish: ${told(published)}`;
        const served = await b.ask('serve-config', 'c', { instance: 'i' });
        const { revision, value: text } = Object(isOk(served) && served.value) as Served;
        const isSame = published.version === undefined || published.version === revision;
        if (text !== value || !isSame || revision <= before) return `serve: ${told(served)}`;
        before = revision;
      }
      return null;
    },
  ),
];

interface Served {
  readonly revision: number;
  readonly value: string;
}

const nothing = '{"revision":0,"value":null}';
