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

/** The groups of one operation that wait for their turns. */
export interface WaitingGroups {
  readonly isEmpty: () => boolean;
  /** Adds a part. @returns when it has its turn */
  add(weight: number, depth: number): Promise<void>;
  /**
   * Removes and returns the next group. Deeper parts come first, so that one user is complete before the next one is
   * begun: graphql-js holds several promises for each user in between.
   */
  take(): Group | undefined;
}

/** Parts share a turn, because a part may be a single field, which costs less than a turn. */
const PARTS_PER_GROUP = 10;

export function createWaitingGroups(): WaitingGroups {
  /** By depth. A deepest level that is empty is removed. */
  const levels: Level[] = [];

  function add(weight: number, depth: number): Promise<void> {
    while (levels.length < depth) levels.push(createLevel());
    const { groups, taken } = (levels[depth] ??= createLevel());
    const last = groups.length > taken ? groups.at(-1) : undefined;
    if (last && last.parts < PARTS_PER_GROUP) {
      last.parts += weight;
      return last.turn;
    }
    const group = createGroup(weight);
    groups.push(group);
    return group.turn;
  }

  function take(): Group | undefined {
    const deepest = levels.at(-1);
    const group = deepest?.groups[deepest.taken];
    if (deepest) deepest.taken += 1;
    while (levels.length > 0 && hasNone(levels.at(-1))) levels.pop();
    return group;
  }

  return { add, take, isEmpty: () => levels.length === 0 };
}

/** The groups of parts at one depth, in the order of their turns. */
interface Level {
  readonly groups: Group[];
  /** How many of `groups` have had their turn. */
  taken: number;
}

function createLevel(): Level {
  return { groups: [], taken: 0 };
}

function hasNone(level: Level | undefined): boolean {
  return level?.taken === level?.groups.length;
}

function createGroup(parts: number): Group {
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
