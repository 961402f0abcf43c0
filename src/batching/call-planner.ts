import { filterKey, type FilterStrategy, type StageTaskFilter } from '../domain/stage-task-filter';
import { unionOf } from './narrowing';

/** One caller's question about one user. */
export interface Question {
  readonly userId: string;
  readonly filter: StageTaskFilter;
  /** When its call must have left for an answer in time. */
  readonly leaveByMs: number;
  /** Nobody waits for it: it takes a seat only where one is free. */
  readonly background: boolean;
}

export interface PlannedCall<Q extends Question> {
  /** Distinct, at most as many as a call has seats. */
  readonly userIds: readonly string[];
  readonly filter: StageTaskFilter;
  /** The questions that this call answers, in the order of their urgency. */
  readonly questions: readonly Q[];
}

/**
 * What the next call of a scope should ask, decided when it leaves: only then is it known who waits,
 * with which filters, and how many seats are free. The most urgent question is in it in any case.
 */
export function planCall<Q extends Question>(
  waiting: readonly Q[],
  seats: number,
  strategy: FilterStrategy,
): PlannedCall<Q> {
  if (waiting.length === 0) {
    throw new RangeError('a call to plan: expected at least one question, got none');
  }
  const candidates = nextInLine(waiting, seats, strategy);
  const userIds = distinctUsers(candidates).slice(0, seats);
  const seated = new Set(userIds);
  const questions = candidates.filter((question) => seated.has(question.userId));
  return { userIds, questions, filter: unionOf(questions.map((question) => question.filter)) };
}

/** The same call with its free seats taken by others, whose answers are remembered but given to nobody. */
export function takeAlong<Q extends Question>(
  call: PlannedCall<Q>,
  seats: number,
  choose: (freeSeats: number) => readonly string[],
): PlannedCall<Q> {
  const free = seats - call.userIds.length;
  if (free <= 0) return call;
  return { ...call, userIds: [...new Set([...call.userIds, ...choose(free)])] };
}

/** Whether the next call would leave without a free seat. */
export function isNextCallFull(
  waiting: readonly Question[],
  seats: number,
  strategy: FilterStrategy,
): boolean {
  if (distinctUsers(waiting).length < seats) return false;
  return distinctUsers(nextInLine(waiting, seats, strategy)).length >= seats;
}

/** The most urgent question and all that can share its call, in the order of their urgency. */
function nextInLine<Q extends Question>(
  waiting: readonly Q[],
  seats: number,
  strategy: FilterStrategy,
): readonly Q[] {
  const byUrgency = [...waiting].sort(
    (a, b) => Number(a.background) - Number(b.background) || a.leaveByMs - b.leaveByMs,
  );
  // The groups are in the order of their first questions.
  return sharing(byUrgency, seats, strategy)[0] ?? [];
}

/** How many calls these questions take. */
export function countCalls(
  questions: readonly Question[],
  seats: number,
  strategy: FilterStrategy,
): number {
  return sharing(questions, seats, strategy).reduce(
    (sum, group) => sum + callsFor(group, seats),
    0,
  );
}

/** For each question the number of the call that it will be in, from 1 on, in the order of asking. */
export function numberCalls<Q extends Question>(
  questions: readonly Q[],
  seats: number,
  strategy: FilterStrategy,
): Map<Q, number> {
  const numbers = new Map<Q, number>();
  let before = 0;
  for (const group of sharing(questions, seats, strategy)) {
    const seat = new Map(distinctUsers(group).map((userId, i) => [userId, i]));
    for (const question of group) {
      numbers.set(question, before + Math.floor((seat.get(question.userId) ?? 0) / seats) + 1);
    }
    before += callsFor(group, seats);
  }
  return numbers;
}

/** Those that can share calls: everybody where merging is worth it, else each filter's own. */
function sharing<Q extends Question>(
  questions: readonly Q[],
  seats: number,
  strategy: FilterStrategy,
): (readonly Q[])[] {
  const groups = groupByFilter(questions);
  const merge = strategy === 'auto' && mergingSavesACall(questions, groups, seats);
  return merge ? [questions] : [...groups.values()];
}

/** Two filters over the same users, or over few of them, share a call; two full calls have nothing to share. */
function mergingSavesACall(
  waiting: readonly Question[],
  groups: ReadonlyMap<string, readonly Question[]>,
  seats: number,
): boolean {
  if (groups.size === 1) return false;
  const apart = [...groups.values()].map((group) => callsFor(group, seats));
  return callsFor(waiting, seats) < apart.reduce((sum, calls) => sum + calls, 0);
}

function callsFor(questions: readonly Question[], seats: number): number {
  return Math.ceil(distinctUsers(questions).length / seats);
}

export function distinctUsers(questions: readonly Question[]): string[] {
  return [...new Set(questions.map((question) => question.userId))];
}

function groupByFilter<Q extends Question>(questions: readonly Q[]): Map<string, Q[]> {
  const groups = new Map<string, Q[]>();
  for (const question of questions) {
    const key = filterKey(question.filter);
    const group = groups.get(key);
    if (group) group.push(question);
    else groups.set(key, [question]);
  }
  return groups;
}
