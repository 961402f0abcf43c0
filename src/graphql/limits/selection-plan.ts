import type { ListLength } from './field-sizes';
import type { Arguments, CostRules, Reach } from './reach';

/** What a selection costs for each object that it is made from. */
export interface SelectionPlan {
  /** Of all that the document alone decides. */
  readonly fields: number;
  readonly bytes: number;
  readonly parts: readonly PartPlan[];
}

/** A part of a selection whose cost depends on variables, on the principal or on what is loaded. */
export type PartPlan =
  /** Selected only if `@skip` or `@include` let it. */
  | { readonly isSelected: (variables: Arguments) => boolean; readonly plan: SelectionPlan }
  | { readonly length: ListLength; readonly plan: SelectionPlan }
  | {
      readonly reach: ReachReader;
      readonly type: string;
      /** By the type of the objects. */
      readonly plans: Readonly<Record<string, SelectionPlan>>;
    };

/** `undefined` where the arguments are wrong: an error before anything is loaded. */
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
  return { ...plan, fields: plan.fields * length.most, bytes: plan.bytes * length.typical };
}
