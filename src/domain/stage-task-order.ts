import type { StageTask } from './stage-task';

/** An order of tasks that clients can ask for. */
export const StageTaskOrder = { DEADLINE: 'DEADLINE' } as const;
export type StageTaskOrder = keyof typeof StageTaskOrder;

/** The tasks in an order, or in Feishu's without one. Equal tasks keep Feishu's order, those without a deadline are last. */
export function inOrder(
  tasks: readonly StageTask[],
  order: StageTaskOrder | null | undefined,
): readonly StageTask[] {
  if (order !== StageTaskOrder.DEADLINE) return tasks;
  return tasks.toSorted((a, b) => compare(dueMs(a), dueMs(b)));
}

const dueMs = ({ deadline }: StageTask) => deadline?.getTime() ?? Infinity;

/** A difference would be `NaN` for two tasks without a deadline. */
const compare = (a: number, b: number) => (a < b ? -1 : Number(a > b));
