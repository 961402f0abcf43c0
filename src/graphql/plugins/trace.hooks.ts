import { errorCodesOf } from './operation-log.hooks';
import type { OperationHooks } from './operation-hooks';

/** Tells the span of an operation its type, its name and the codes of its errors. Installed only if traces are on. */
export function createTraceHooks(): OperationHooks {
  return {
    didResolveOperation({ contextValue: { span }, operation }) {
      if (operation) span?.noteOperation(operation.operation, operation.name?.value);
    },
    willSendResponse({ contextValue: { span }, response }) {
      span?.noteErrors(errorCodesOf(response.body));
    },
  };
}
