/** The parts of one operation's answer, which are completed one after the other. */
export interface OperationTurns {
  /** Resolves when the next part may be completed; `undefined`: now. */
  next(): Promise<void> | undefined;
  /** Calls back when no part waits: all that the parts of this level ask for is known by then. */
  afterParts(callback: () => void): void;
}

/** Parts that are completed together. */
interface Group {
  readonly turn: Promise<void>;
  readonly start: () => void;
  parts: number;
}

/** The parts of one operation that wait. */
interface Line {
  readonly groups: Group[];
  /** Of `groups`, how many have had their turn. */
  taken: number;
  readonly afterwards: (() => void)[];
}

/** A small answer is completed without a pause. */
const PARTS_AT_ONCE = 10;
/** A part may be a single field, whose turn would cost more than the field. */
const PARTS_PER_GROUP = 10;
/** How long parts are completed before other requests have their turn of the event loop. */
const MAX_TURN_MS = 10;

/**
 * Shares the event loop between the answers of one process. graphql-js completes everything that is
 * loaded in one go, promise after promise, while nothing else happens. With turns, the parts of large
 * answers wait: operations alternate, and each turn of the event loop completes parts for some
 * milliseconds only.
 * @param nowMs any clock in milliseconds
 */
export function createTurns(nowMs: () => number): () => OperationTurns {
  /** Of operations with parts that wait, the one whose turn is next first. */
  const lines: Line[] = [];
  let running = false;
  let turnEndsMs = 0;

  function join(line: Line): void {
    lines.push(line);
    if (running) return;
    running = true;
    setImmediate(startTurn);
  }

  function startTurn(): void {
    turnEndsMs = nowMs() + MAX_TURN_MS;
    completeOne();
  }

  function completeOne(): void {
    const line = lines.shift();
    if (!line) {
      running = false;
      return;
    }
    line.groups[line.taken]?.start();
    line.taken += 1;
    afterMicrotasks(() => {
      rejoinOrEnd(line);
      if (nowMs() < turnEndsMs) completeOne();
      else setImmediate(startTurn);
    });
  }

  /** The part that was completed may have added others. */
  function rejoinOrEnd(line: Line): void {
    if (line.taken < line.groups.length) {
      lines.push(line);
      return;
    }
    line.groups.length = 0;
    line.taken = 0;
    for (const callback of line.afterwards.splice(0)) callback();
  }

  return () => {
    const line: Line = { groups: [], taken: 0, afterwards: [] };
    let parts = 0;
    return {
      next() {
        parts += 1;
        if (parts <= PARTS_AT_ONCE) return undefined;
        const last = line.taken < line.groups.length ? line.groups.at(-1) : undefined;
        if (last && last.parts < PARTS_PER_GROUP) {
          last.parts += 1;
          return last.turn;
        }
        const group = createGroup();
        if (line.groups.push(group) === 1) join(line);
        return group.turn;
      },
      afterParts(callback) {
        afterMicrotasks(() => {
          if (line.groups.length === 0) callback();
          else line.afterwards.push(callback);
        });
      },
    };
  };
}

function createGroup(): Group {
  let start: (() => void) | undefined;
  const turn = new Promise<void>((resolve) => {
    start = resolve;
  });
  return { turn, start: () => start?.(), parts: 1 };
}

/** A tick that a microtask asks for comes after all other microtasks. */
function afterMicrotasks(callback: () => void): void {
  void Promise.resolve().then(() => {
    process.nextTick(callback);
  });
}
