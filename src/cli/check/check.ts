import type { Overrides } from '../../composition/deps';
import type { Config } from '../../config';
import { openLoading } from '../open-loading';
import { checkCalls, type CheckTarget } from './call-steps';
import { checkClock, checkCredentials, checkRedis } from './connection-steps';
import { createServerClock } from './server-clock';
import type { Report, Step } from './step';

export interface CheckOptions {
  readonly config: Config;
  readonly target: CheckTarget;
  /** Called with each step as soon as it is known. */
  readonly report: (step: Step) => void;
  readonly overrides?: Overrides;
}

/** Checks a deployment step by step, with one call to each API of Feishu and two to `find_by_page`. */
export async function check(options: CheckOptions): Promise<void> {
  const { config, target, report, overrides = {} } = options;
  const note: Report = (outcome, name, finding, remedies = []) => {
    report({ outcome, name, finding, remedies });
  };
  const serverClock = createServerClock(() => open.deps.clock.unixMs());
  const { tenantKey = null } = target;
  const open = await openLoading(config, { onReply: serverClock.onReply }, overrides, tenantKey);
  try {
    checkRedis(open, note);
    const hasToken = await checkCredentials(open, note);
    checkClock(serverClock, note);
    if (hasToken) await checkCalls(open, target, note);
    else note('skipped', 'calls', 'no further call without a token');
  } finally {
    await open.close();
  }
}
