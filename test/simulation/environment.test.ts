/** The simulation passes the suite of every environment. */
import { simulation } from '../../harness/simulation/environment.ts';
import { environmentConformance } from '../conformance/environment.ts';

environmentConformance({ name: 'simulation', open: () => simulation(), skip: [] });
