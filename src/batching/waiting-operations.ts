import type { OperationContext } from '../domain/operation-context';
import type { PendingUser, Waiter } from './pending-user';

/** Keeps which users each operation waits for, with one abort listener for each operation. */
export interface WaitingOperations {
  add(user: PendingUser, waiter: Waiter): void;
  remove(user: PendingUser, waiter: Waiter): void;
}

/** @param onEnd called once when an operation aborts while it still waits for users */
export function createWaitingOperations(
  onEnd: (waits: ReadonlyMap<PendingUser, Waiter>, operation: OperationContext) => void,
): WaitingOperations {
  const waiting = new Map<
    OperationContext,
    { readonly users: Map<PendingUser, Waiter>; readonly onAbort: () => void }
  >();

  function watch(operation: OperationContext) {
    const users = new Map<PendingUser, Waiter>();
    const onAbort = () => {
      waiting.delete(operation);
      onEnd(users, operation);
    };
    const watched = { users, onAbort };
    operation.signal.addEventListener('abort', onAbort, { once: true });
    waiting.set(operation, watched);
    return watched;
  }

  return {
    add(user, waiter) {
      const { users } = waiting.get(waiter.operation) ?? watch(waiter.operation);
      users.set(user, waiter);
    },

    remove(user, { operation }) {
      const watched = waiting.get(operation);
      watched?.users.delete(user);
      if (!watched || watched.users.size > 0) return;
      waiting.delete(operation);
      operation.signal.removeEventListener('abort', watched.onAbort);
    },
  };
}
