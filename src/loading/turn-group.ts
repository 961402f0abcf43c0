/** Parts that are completed together, in one turn. */
export interface Group {
  /** Resolves when the group has its turn. */
  readonly turn: Promise<void>;
  readonly start: () => void;
  /** Rejects the turn of all parts with an error. */
  readonly abandon: (error: Error) => void;
  /** The weight of its parts. */
  parts: number;
}

export function createGroup(parts: number): Group {
  const { promise, resolve, reject } = withResolvers();
  return { turn: promise, start: resolve, abandon: reject, parts };
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
