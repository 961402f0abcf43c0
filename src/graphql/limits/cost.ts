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

/** What an operation can cost at most, as its text and its variables tell before it is run. */
export interface Cost {
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
export type Budget = Pick<Cost, 'fields' | 'bytes'>;

/** What loading one user's tasks costs beside the call, in fields: a place in line, an answer to align. */
const FIELDS_PER_LOAD = 25;
/** graphql-js makes each anew, and the answer holds each with its path. */
const OF_ERROR: Budget = { fields: 25, bytes: 250 };
const ROOT: Group = { after: '', idType: UserIdType.OPEN_ID, userIds: [''], semesterId: '' };

/** Of an operation of a valid document, whose selections are known to be few. */
export function costOf(
  rules: CostRules & { readonly schema: GraphQLSchema },
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Arguments,
  budget: Budget,
): Cost {
  const plan = planOf(rules.schema, document, operation);
  const defined = operation.variableDefinitions ?? [];
  // One is enough to know that nothing will be run; there may be as many as the variables have values.
  const values = getVariableValues(rules.schema, defined, variables, { maxErrors: 1 });
  // Execution says what is wrong with the variables, and runs nothing.
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

  /** False once the budget is spent. */
  function spend(cost: Budget, most: number, typical = most): boolean {
    fields += cost.fields * most;
    bytes += cost.bytes * typical;
    return fields <= budget.fields && bytes <= budget.bytes;
  }

  /** @param times as many objects are there for each object of the group */
  function visit(plan: SelectionPlan, group: Group, times: ListLength): boolean {
    const objects = group.userIds.length;
    if (objects === 0) return true;
    return (
      spend(plan, objects * times.most, objects * times.typical) &&
      plan.parts.every((part) => visitPart(part, group, times))
    );
  }

  function visitPart(part: PartPlan, group: Group, times: ListLength): boolean {
    if ('isSelected' in part) {
      return !part.isSelected(variables) || visit(part.plan, group, times);
    }
    if ('length' in part) {
      const { most, typical } = part.length;
      const all = { most: times.most * most, typical: times.typical * typical };
      return visit(part.plan, group, all);
    }
    const reach = part.reach(variables, rules);
    if (!reach) return true;
    const objects = group.userIds.length * times.most;
    // Before the objects are looked at one by one.
    if (!spend(sizeOfReach(reach), objects)) return false;
    if (reach.errors && !spend(OF_ERROR, objects * reach.errors())) return false;
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
