import { getVariableValues, type DocumentNode, type OperationDefinitionNode } from 'graphql';
import { callsFor } from '../../auth/reserved-seats';
import { NOTHING_KNOWN } from './price-list';
import type { FieldPlan, SelectionPlan } from './plan';
import { planOf } from './price-plan';
import { createTally } from './price-tally';
import type { Arguments, Objects, PriceRules } from './price-rules';

/** What an operation can cost at most, as its text and its variables tell before it is run. */
export interface Price {
  /**
   * Upstream calls if nothing is remembered: ⌈distinct users ÷ 50⌉ of each scope. What is asked for
   * below an answer counts for each answer that it lies below: they come at different times, and the calls
   * above have left.
   */
  readonly calls: number;
  /**
   * Fields of the answer and values of their arguments, as far as the lengths of lists can be told; loading a
   * user counts as several.
   */
  readonly fields: number;
  /** Of an answer with values of typical size. */
  readonly bytes: number;
  /** The most loads of one user in one cycle, under different aliases, filters or ages. */
  readonly views: number;
}

/** Nothing beyond is looked at: an operation that costs so much more is refused all the same. */
export type Budget = Pick<Price, 'fields' | 'bytes'>;

const NOTHING: Price = { calls: 0, fields: 0, bytes: 0, views: 0 };
/** graphql-js makes each anew, and the answer holds each with its path. */
const OF_ERROR: Budget = { fields: 25, bytes: 250 };
const ROOT: Objects = { count: 1, typicalCount: 1, parties: [NOTHING_KNOWN] };

/** Of a valid document whose selections are known to be few. */
export function priceOf(
  rules: PriceRules,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Arguments,
  budget: Budget,
): Price {
  const { root } = planOf(rules.schema, document, operation);
  const defined = operation.variableDefinitions ?? [];
  // One is enough to know that nothing will be run; there may be as many as the variables have values.
  const values = getVariableValues(rules.schema, defined, variables, { maxErrors: 1 });
  // Execution says what is wrong with the variables, and runs nothing.
  return values.errors || !root ? NOTHING : evaluate(root, rules, values.coerced, budget);
}

function evaluate(
  root: SelectionPlan,
  rules: PriceRules,
  variables: Arguments,
  budget: Budget,
): Price {
  const tally = createTally();
  let fields = 0;
  let bytes = 0;

  function spend(price: Budget, { count, typicalCount }: Omit<Objects, 'parties'>): boolean {
    fields += price.fields * count;
    bytes += price.bytes * typicalCount;
    return fields <= budget.fields && bytes <= budget.bytes;
  }

  /** False once the budget is spent. */
  function visit(plan: SelectionPlan, objects: Objects): boolean {
    if (objects.count === 0) return true;
    return spend(plan, objects) && plan.others.every((field) => visitField(field, objects));
  }

  function visitField(field: FieldPlan, objects: Objects): boolean {
    if (field.isSkipped(variables)) return true;
    // Reading arguments takes as long as there are values in them.
    if (!spend(field, objects)) return false;
    const args = field.readArguments(variables);
    if (!args) return true;
    const price = field.rule(rules, args, objects);
    fields += price.fields;
    if (fields > budget.fields) return false;
    const { loads, children, errors = 0 } = price.outcome();
    if (!spend(OF_ERROR, { count: errors, typicalCount: errors })) return false;
    tally.add(loads);
    return children.every((child) => {
      const below = field.below.get(child.type ?? field.type);
      return !below || visit(below, child.type === undefined ? child : untyped(child));
    });
  }

  visit(root, ROOT);
  return { calls: tally.calls(callsFor), fields, bytes, views: tally.views() };
}

/** The type is that of the objects, and not of what their fields answer with. */
function untyped({ count, typicalCount, parties }: Objects): Objects {
  return { count, typicalCount, parties };
}
