import { systemClock } from '../../src/system-clock';

/** The machine's clock, except that no sleep takes time: a gateway in production closes without its pause. */
export const CLOCK_WITHOUT_WAITING = { ...systemClock, sleep: () => Promise.resolve() };
