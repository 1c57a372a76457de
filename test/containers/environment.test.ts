import type { Context } from 'mocha';
import { containers } from '../../harness/containers/environment.ts';
import { environmentConformance } from '../conformance/environment.ts';
import { engineOrSkip, localImages } from './docker.ts';

describe('containers', () => {
  before(async function (this: Context) {
    this.timeout(30_000);
    await engineOrSkip(this);
  });

  environmentConformance({
    name: 'containers',
    open: () => containers({ images: localImages }),
    skip: [],
  });
});
