import { fork } from 'node:child_process';
import { join } from 'node:path';
import { nextMessage } from '../../../test/support/next-message';
import type { LoadOrder } from './load.process';
import { CONNECTIONS, type Measured, type RequestPlan } from './request-plan';
import { hasWrk, loadWithWrk } from './wrk';

/** Generates load in a separate process. */
export interface Generator {
  load(url: string, plan: RequestPlan, seconds: number): Promise<Measured>;
  /** The maximum of operations that fail because the generator closes their connections at the end of a load. */
  readonly maxAborted: number;
}

/** @param directory for the script of `wrk` */
export function createGenerator(directory: string, useWrk: boolean): Generator {
  if (useWrk && hasWrk()) {
    const scriptPath = join(directory, 'load.lua');
    return {
      load: (url, plan, seconds) => loadWithWrk(url, plan, seconds, scriptPath),
      // wrk closes each connection in the middle of its last request.
      maxAborted: CONNECTIONS,
    };
  }
  console.log('without wrk: the load generator may limit the throughput of raw for one user');
  return { load: loadWithProcess, maxAborted: 0 };
}

function loadWithProcess(url: string, plan: RequestPlan, seconds: number): Promise<Measured> {
  const child = fork(join(__dirname, 'load.process.js'));
  const measured = nextMessage<Measured>(child);
  const order: LoadOrder = { url, plan, seconds };
  child.send(order);
  return measured;
}
