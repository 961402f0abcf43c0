import { fork } from 'node:child_process';
import { join } from 'node:path';
import { nextMessage } from '../../../test/support/next-message';
import type { LoadOrder } from './load.process';
import type { Measured, RequestPlan } from './request-plan';
import { hasWrk, loadWithWrk } from './wrk';

export type Generator = (url: string, plan: RequestPlan, seconds: number) => Promise<Measured>;

/** Load from a process of its own. @param directory for what it writes */
export function createGenerator(directory: string, useWrk: boolean): Generator {
  if (useWrk && hasWrk()) {
    return (url, plan, seconds) => loadWithWrk(url, plan, seconds, join(directory, 'load.lua'));
  }
  console.log('without wrk: the load generator may limit what raw shows for one user');
  return (url, plan, seconds) => {
    const child = fork(join(__dirname, 'load.process.js'));
    const order: LoadOrder = { url, plan, seconds };
    child.send(order);
    return nextMessage<Measured>(child);
  };
}
