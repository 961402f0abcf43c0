import type { Arguments, Rule } from './price-rules';

/** Whether `@skip` or `@include` leaves a selection out. */
export type Condition = (variables: Arguments) => boolean;

/** What a selection costs for each of its objects. */
export interface SelectionPlan {
  /** Of everything that depends on the document alone. */
  readonly fields: number;
  readonly bytes: number;
  readonly others: readonly FieldPlan[];
}

/** A field, or a fragment with a condition, whose price depends on variables, the caller or what it loads. */
export interface FieldPlan {
  readonly fields: number;
  readonly bytes: number;
  readonly isSkipped: Condition;
  /** `undefined` where they are wrong: an error before anything is loaded. */
  readonly readArguments: (variables: Arguments) => Arguments | undefined;
  readonly rule: Rule;
  /** What the field answers with, where the rule does not say. */
  readonly type: string;
  readonly below: ReadonlyMap<string, SelectionPlan>;
}

/** What depends on the document alone. */
export interface OperationPlan {
  /** `undefined` where the schema has no such operation; execution says so. */
  readonly root: SelectionPlan | undefined;
}
