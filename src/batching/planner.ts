/** One operation's question about one user. */
export interface Question {
  readonly userId: string;
  /** When its call must have left for an answer in time. */
  readonly leaveByMs: number;
  /** No operation waits for the answer: it takes a seat only where one is free. */
  readonly background: boolean;
}

export interface PlannedCall<Q extends Question> {
  /** Distinct, at most as many as a call has seats. */
  readonly userIds: readonly string[];
  /** The questions that this call answers, in the order of their urgency. */
  readonly questions: readonly Q[];
}

/**
 * What the next call of a scope asks, decided when it leaves: only then is it known which users wait and
 * how many seats are free. The most urgent question is in it in any case.
 */
export function planCall<Q extends Question>(waiting: readonly Q[], seats: number): PlannedCall<Q> {
  if (waiting.length === 0) {
    throw new RangeError('waiting: expected at least one question, got none');
  }
  const byUrgency = [...waiting].sort(
    (a, b) => Number(a.background) - Number(b.background) || a.leaveByMs - b.leaveByMs,
  );
  const userIds = distinctUsers(byUrgency).slice(0, seats);
  const seated = new Set(userIds);
  return { userIds, questions: byUrgency.filter(({ userId }) => seated.has(userId)) };
}

/** The same call with its free seats taken by users whose answers are remembered but given to no operation. */
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
export function isNextCallFull(waiting: readonly Question[], seats: number): boolean {
  return waiting.length >= seats && distinctUsers(waiting).length >= seats;
}

/** How many calls these questions take. */
export function countCalls(questions: readonly Question[], seats: number): number {
  return Math.ceil(distinctUsers(questions).length / seats);
}

/** For each question the number of the call that it will be in, from 1 on, in the order of asking. */
export function numberCalls<Q extends Question>(
  questions: readonly Q[],
  seats: number,
): Map<Q, number> {
  const seat = new Map(distinctUsers(questions).map((userId, i) => [userId, i]));
  return new Map(
    questions.map((question) => [
      question,
      Math.floor((seat.get(question.userId) ?? 0) / seats) + 1,
    ]),
  );
}

export function distinctUsers(questions: readonly Question[]): string[] {
  return [...new Set(questions.map((question) => question.userId))];
}
