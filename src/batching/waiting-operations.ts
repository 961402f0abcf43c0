import type { OperationContext } from '../domain/operation-context';
import { operationEnded } from '../domain/operation-ended';
import type { WaitSpan } from '../domain/spans';
import type { PendingUser, Waiter } from './pending-user';

/** Keeps which users each operation waits for, with one listener for each operation. */
export interface WaitingOperations {
  /** The span of the operation's wait, which begins with its first user; `undefined` if it is not traced. */
  waitOf(operation: OperationContext): WaitSpan | undefined;
  add(user: PendingUser, waiter: Waiter): void;
  /** @param error why the user has no answer */
  remove(user: PendingUser, waiter: Waiter, error?: Error): void;
}

interface Waiting {
  readonly users: Map<PendingUser, Waiter>;
  readonly endWaits: () => void;
  readonly wait: WaitSpan | undefined;
  error: Error | undefined;
}

/** @param onEnd called once when an operation ends while it still waits for users */
export function createWaitingOperations(
  onEnd: (waits: ReadonlyMap<PendingUser, Waiter>, operation: OperationContext) => void,
): WaitingOperations {
  const waiting = new Map<OperationContext, Waiting>();

  function watch(operation: OperationContext): Waiting {
    const users = new Map<PendingUser, Waiter>();
    const wait = operation.span?.startWait();
    const endWaits = () => {
      waiting.delete(operation);
      wait?.end(operationEnded(operation.end));
      onEnd(users, operation);
    };
    const watched: Waiting = { users, endWaits, wait, error: undefined };
    operation.end.addEventListener('abort', endWaits, { once: true });
    waiting.set(operation, watched);
    return watched;
  }

  const watchedFor = (operation: OperationContext) => waiting.get(operation) ?? watch(operation);

  return {
    waitOf: (operation) => watchedFor(operation).wait,

    add(user, waiter) {
      watchedFor(waiter.operation).users.set(user, waiter);
    },

    remove(user, { operation }, error) {
      const watched = waiting.get(operation);
      if (!watched) return;
      watched.error ??= error;
      watched.users.delete(user);
      if (watched.users.size > 0) return;
      watched.wait?.end(watched.error);
      waiting.delete(operation);
      operation.end.removeEventListener('abort', watched.endWaits);
    },
  };
}
