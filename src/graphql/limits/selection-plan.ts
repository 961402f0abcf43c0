import type { ListLength } from './field-sizes';
import type { Arguments, CostRules, Reach } from './reach';

/** The cost of a selection for each object that it is applied to. */
export interface SelectionPlan {
  /** The part that the document alone decides. */
  readonly fields: number;
  readonly bytes: number;
  readonly parts: readonly PartPlan[];
}

/** A part of a selection whose cost depends on variables, the principal or the loaded data. */
export type PartPlan =
  /** A part with `@skip` or `@include`. */
  | { readonly isSelected: (variables: Arguments) => boolean; readonly plan: SelectionPlan }
  | { readonly length: ListLength; readonly plan: SelectionPlan }
  | ReachPlan;

/** A field that leads to users, cycles or loads. */
export interface ReachPlan {
  readonly reach: ReachReader;
  readonly type: string;
  /** The selection's plan for each type of object. */
  readonly plans: Readonly<Record<string, SelectionPlan>>;
}

/** Returns `undefined` if the arguments are invalid: then the field is an error and loads nothing. */
export type ReachReader = (variables: Arguments, rules: CostRules) => Reach | undefined;

export const NOTHING: SelectionPlan = { fields: 0, bytes: 0, parts: [] };

export function sum(plans: readonly SelectionPlan[]): SelectionPlan {
  let fields = 0;
  let bytes = 0;
  const parts: PartPlan[] = [];
  for (const plan of plans) {
    fields += plan.fields;
    bytes += plan.bytes;
    for (const part of plan.parts) parts.push(part);
  }
  return { fields, bytes, parts };
}

export function multiply(plan: SelectionPlan, length: ListLength): SelectionPlan {
  if (plan.parts.length > 0) return { ...NOTHING, parts: [{ length, plan }] };
  return { ...plan, fields: plan.fields * length.high, bytes: plan.bytes * length.typical };
}
