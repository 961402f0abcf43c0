import {
  getVariableValues,
  type DocumentNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import { callsFor } from '../../auth/reserved-seats';
import { UserIdType } from '../../domain/user';
import { ONE, type ListLength } from './field-sizes';
import { createLoads } from './loads';
import { planOf } from './plan';
import type { Arguments, Group, CostRules, Reach } from './reach';
import type { PartPlan, SelectionPlan } from './selection-plan';

/** The highest cost of an operation, computed from its text and variables before execution. */
export interface Cost {
  /**
   * Upstream calls with an empty cache: ⌈distinct users ÷ 50⌉ per scope. Loads below another load count
   * once for each such load, because these complete at different times and cannot share calls.
   */
  readonly calls: number;
  /**
   * Fields of the response plus values in their arguments. The lengths of some lists are estimates. Loading
   * a user counts as several fields.
   */
  readonly fields: number;
  /** Size of the response in bytes if all values have their typical size. */
  readonly bytes: number;
  /** The highest number of loads for one user in one cycle: by alias, filter or maximum age. */
  readonly views: number;
}

/** Counting stops once the cost exceeds the budget, because the operation is rejected anyway. */
export type Budget = Pick<Cost, 'fields' | 'bytes'>;

/** The cost of loading one user's tasks, without the call, in fields: queueing and alignment. */
const FIELDS_PER_LOAD = 25;
/** The cost of one error: graphql-js creates an object for it, and the response holds its path. */
const ERROR_COST: Budget = { fields: 25, bytes: 250 };
const ROOT: Group = { after: '', idType: UserIdType.OPEN_ID, userIds: [''], semesterId: '' };

/**
 * Returns the cost of an operation. The document must be valid and within the limits of `limitShape`. The
 * cost is 0 if the variables are invalid, because execution then reports the errors and loads nothing.
 */
export function costOf(
  rules: CostRules & { readonly schema: GraphQLSchema },
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Arguments,
  budget: Budget,
): Cost {
  const plan = planOf(rules.schema, document, operation);
  const defined = operation.variableDefinitions ?? [];
  // One error is enough to stop; without the limit there can be one for each value in the variables.
  const values = getVariableValues(rules.schema, defined, variables, { maxErrors: 1 });
  if (values.errors) return { calls: 0, fields: 0, bytes: 0, views: 0 };
  return evaluate(plan, rules, values.coerced, budget);
}

function evaluate(
  root: SelectionPlan,
  rules: CostRules,
  variables: Arguments,
  budget: Budget,
): Cost {
  const loads = createLoads(rules.strategy);
  let fields = 0;
  let bytes = 0;

  /** Adds the cost of a number of objects. @returns false once the budget is exceeded */
  function spend(cost: Budget, high: number, typical = high): boolean {
    fields += cost.fields * high;
    bytes += cost.bytes * typical;
    return fields <= budget.fields && bytes <= budget.bytes;
  }

  /** @param times how many objects there are for each object of the group */
  function visit(plan: SelectionPlan, group: Group, times: ListLength): boolean {
    const objects = group.userIds.length;
    if (objects === 0) return true;
    return (
      spend(plan, objects * times.high, objects * times.typical) &&
      plan.parts.every((part) => visitPart(part, group, times))
    );
  }

  function visitPart(part: PartPlan, group: Group, times: ListLength): boolean {
    if ('isSelected' in part) {
      return !part.isSelected(variables) || visit(part.plan, group, times);
    }
    if ('length' in part) {
      const { high, typical } = part.length;
      const all = { high: times.high * high, typical: times.typical * typical };
      return visit(part.plan, group, all);
    }
    const reach = part.reach(variables, rules);
    if (!reach) return true;
    const objects = group.userIds.length * times.high;
    // Check the budget before visiting the objects one by one.
    if (!spend(sizeOfReach(reach), objects)) return false;
    if (reach.errors && !spend(ERROR_COST, objects * reach.errors())) return false;
    return reach.from(group).every(({ group: reached, type = part.type, view }) => {
      const below = part.plans[type];
      const loaded = view ? loads.add(part, reached, view) : reached;
      return !below || visit(below, loaded, times);
    });
  }

  visit(root, ROOT, ONE);
  return { calls: loads.calls(callsFor), fields, bytes, views: loads.views() };
}

function sizeOfReach({ length, loads }: Reach): Budget {
  return {
    fields: length > 1 || loads > 0 ? length - loads + loads * FIELDS_PER_LOAD : 0,
    bytes: 0,
  };
}
