/** A call as one replica knows it, on its own monotonic clock. */
export interface KnownCall {
  /** `replica:number`. */
  readonly id: string;
  readonly atMs: number;
}

/** Each call once, oldest first; the time of a call that is known stays. */
export function withNew(known: readonly KnownCall[], told: readonly KnownCall[]): KnownCall[] {
  const byId = new Map([...told, ...known].map((call) => [call.id, call]));
  return oldestFirst([...byId.values()]);
}

/** Each call once, oldest first, at the later of its two times. */
export function withLater(a: readonly KnownCall[], b: readonly KnownCall[]): KnownCall[] {
  const byId = new Map(a.map((call) => [call.id, call]));
  for (const call of b) {
    const other = byId.get(call.id);
    if (!other || call.atMs > other.atMs) byId.set(call.id, call);
  }
  return oldestFirst([...byId.values()]);
}

function oldestFirst(calls: KnownCall[]): KnownCall[] {
  return calls.sort((x, y) => x.atMs - y.atMs || (x.id < y.id ? -1 : 1));
}
