import type { OperationContext } from '../domain/operation-context';
import type { PendingUser, Waiter } from './pending-user';

/** Keeps which users each operation waits for, with one listener for each operation. */
export interface WaitingOperations {
  add(user: PendingUser, waiter: Waiter): void;
  remove(user: PendingUser, waiter: Waiter): void;
}

/** @param onEnd called once when an operation ends while it still waits for users */
export function createWaitingOperations(
  onEnd: (waits: ReadonlyMap<PendingUser, Waiter>, operation: OperationContext) => void,
): WaitingOperations {
  const waiting = new Map<
    OperationContext,
    { readonly users: Map<PendingUser, Waiter>; readonly endWaits: () => void }
  >();

  function watch(operation: OperationContext) {
    const users = new Map<PendingUser, Waiter>();
    const endWaits = () => {
      waiting.delete(operation);
      onEnd(users, operation);
    };
    const watched = { users, endWaits };
    operation.end.addEventListener('abort', endWaits, { once: true });
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
      operation.end.removeEventListener('abort', watched.endWaits);
    },
  };
}
