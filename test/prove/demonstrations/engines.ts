import { enginesOfNode, hashesOn, realRunsOn } from '../engines.ts';
import type { Demonstration } from './demonstration.ts';

export const engines: Demonstration = {
  says: '--count 20: same hashes on Node 20, 22, 24; a quarter of an hour',
  isLong: true,
  async run({ say, count }) {
    const seeds = count ?? 20;
    const all = enginesOfNode();
    // On both processors at once; each process is a fresh one.
    const hashes = await Promise.all(all.map((engine) => hashesOn(engine, seeds)));
    const [own, ...others] = all;
    const [expected = {}, ...founds] = hashes;
    for (const [k, engine] of others.entries()) {
      const found = founds[k] ?? {};
      const different = Object.entries(expected).flatMap(([scenario, hashes]) =>
        hashes.flatMap((h, i) => (h === found[scenario]?.[i] ? [] : `${scenario} seed ${i + 1}`)),
      );
      const scenarios = Object.keys(expected).length;
      say(
        different.length === 0 && scenarios > 0,
        `same hashes, ${engine.name} as ${own?.name}: ${scenarios} scenarios, ${seeds} seeds, ${different.length} differ`,
        different.slice(0, 5).join(', '),
      );
    }
    // Without a compiler Node has no WebAssembly, and so no fetch: the simulation alone runs there.
    for (const engine of all.filter((e) => e.flags.length === 0)) {
      const broken = await realRunsOn(engine);
      say(
        broken.length === 0,
        `own TypeScript and runs in processes, ${engine.name}`,
        broken.join('; '),
      );
    }
  },
};
