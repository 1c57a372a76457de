/** The same breaker, set so that it takes no time-out for a failure: what it promises is not kept. */
import { story } from './trips.mjs';

export default story('forgets-timeouts', { countsTimeouts: false });
