import type { OnReply } from '../../composition/feishu';

/** Compares the wall clock with the dates of Feishu's replies. */
export interface ServerClock {
  readonly onReply: OnReply;
  /** How far this machine is ahead; negative if it is behind; `undefined` without a date to compare with. */
  aheadMs(): number | undefined;
}

export function createServerClock(unixMs: () => number): ServerClock {
  let ahead: number | undefined;
  return {
    onReply(reply) {
      const dateMs = Date.parse(reply.header('date') ?? '');
      if (!Number.isNaN(dateMs)) ahead = unixMs() - dateMs;
    },
    aheadMs: () => ahead,
  };
}
