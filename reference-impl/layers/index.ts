/** Layers of the configuration (C2), with the defaults below them (C7). */
import { ConfigCopy } from '../config-copy/config-copy.ts';
import { EvidenceBook } from '../evidence/evidence-book.ts';
import { part } from '../mechanism.ts';
import { layersOf, pathOf } from './config.ts';
import { layersFold } from './judge/layers-fold.ts';
import { Layers } from './layers.ts';
import { layerMutants } from './mutants.ts';
import { layerRules } from './rules.ts';
import { layersChange } from './scenario.ts';

export const layers = part({
  id: 'layers',
  requirements: ['C2', 'C7'],
  what: 'what a node serves of all layers of the configuration, the most specific first',
  rules: layerRules,
  make({ io, spec, policy, config: { settings }, part: get }, rules) {
    const config = layersOf(settings);
    const isOn = config !== null && spec !== null;
    const lifetimeUs = policy.mode.propagationUs;
    return new Layers(
      io,
      get(ConfigCopy),
      get(EvidenceBook),
      isOn ? { config, path: pathOf(spec, config), lifetimeUs, rules } : null,
    );
  },
  questions: { effective: (part) => part.effective() },
  http: { '/effective': 'effective' },
  mode: {
    cells: [
      { mode: 'degraded', row: 'config', what: 'overrides win', promise: 'layers-fold' },
      {
        mode: 'floor',
        row: 'config',
        what: 'of layers the defaults alone',
        promise: 'layers-fold',
      },
    ],
  },
  promises: [layersFold()],
  mutants: layerMutants,
  scenarios: [layersChange],
});
