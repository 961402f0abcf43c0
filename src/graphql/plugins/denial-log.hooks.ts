import type { DenialRecord } from '../../auth/denials';
import type { OperationHooks } from './operation-hooks';

export type DenialObserver = (denial: DenialRecord, requestId: string) => void;

/** Reports an operation's denials when the response is complete and no more can follow. */
export function createDenialLogHooks(onDenied: DenialObserver): OperationHooks {
  return {
    willSendResponse({ contextValue: { denials, requestId } }) {
      for (const denial of denials.records()) onDenied(denial, requestId);
    },
  };
}
