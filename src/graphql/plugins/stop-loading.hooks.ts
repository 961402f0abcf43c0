import type { OperationHooks } from './operation-hooks';

/** A field without a value may end the operation before the users of other fields are asked for. */
export function createStopLoadingHooks(): OperationHooks {
  return {
    willSendResponse({ contextValue: { loader } }) {
      loader.stopLoading();
    },
  };
}
