/** Stops a listener. */
export type StopListening = () => void;

/** Listeners of one kind, in the order in which they were added. */
export interface Listeners<L> extends Iterable<L> {
  readonly add: (listener: L) => StopListening;
}

export function createListeners<L>(): Listeners<L> {
  const entries = new Set<{ readonly listener: L }>();
  return {
    add(listener) {
      const entry = { listener };
      entries.add(entry);
      return () => {
        entries.delete(entry);
      };
    },
    *[Symbol.iterator]() {
      for (const { listener } of entries) yield listener;
    },
  };
}
