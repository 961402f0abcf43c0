/** Parts that are completed together, in one turn. */
export interface Group {
  /** Resolves when the group has its turn. */
  readonly turn: Promise<void>;
  readonly start: () => void;
  /** Rejects the turn of all parts with an error. */
  readonly abandon: (error: Error) => void;
  parts: number;
}

export function createGroup(): Group {
  const { promise, resolve, reject } = withResolvers();
  return { turn: promise, start: resolve, abandon: reject, parts: 1 };
}

/** `Promise.withResolvers`, which Node 20 does not have. */
function withResolvers() {
  let resolve: () => void = () => undefined;
  let reject: (error: Error) => void = () => undefined;
  const promise = new Promise<void>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  return { promise, resolve, reject };
}
