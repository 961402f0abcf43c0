import type { DocumentNode, GraphQLSchema, OperationDefinitionNode } from 'graphql';
import { UserIdType } from '../../domain/user';
import { ONE, type ListLength } from './field-sizes';
import { countCalls, countViews, loadedGroup, type Load } from './loads';
import { planOf } from './plan';
import type { Arguments, CostRules, Group, Reach, Reached } from './reach';
import type { PartPlan, ReachPlan, SelectionPlan } from './selection-plan';

/** The highest cost of an operation, computed from its text and variables before execution. */
export interface Cost {
  /**
   * Upstream calls with an empty cache: ⌈distinct users ÷ 50⌉ per scope, and one for each page of everyone. Loads
   * below another load count once for each such load, because these complete at different times and cannot share
   * calls.
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
/** With all properties: V8 would make a hidden class for each object that a spread gives a further one. */
const ROOT: Group = {
  after: '',
  loadedBy: undefined,
  idType: UserIdType.OPEN_ID,
  userIds: [''],
  semesterId: '',
};

/** What has been counted so far of one operation. */
interface Count {
  readonly rules: CostRules;
  readonly variables: Arguments;
  readonly budget: Budget;
  readonly loads: Load[];
  fields: number;
  bytes: number;
}

/**
 * Returns the cost of an operation. The document must be valid and within the limits of `limitShape`. The
 * cost is 0 if the variables are invalid, because execution then reports the errors and loads nothing.
 */
export function costOf(
  rules: CostRules & { readonly schema: GraphQLSchema },
  document: DocumentNode,
  operation: OperationDefinitionNode,
  given: Arguments,
  budget: Budget,
): Cost {
  const { readVariables, selection } = planOf(rules.schema, document, operation);
  const variables = readVariables(given);
  if (!variables) return { calls: 0, fields: 0, bytes: 0, views: 0 };
  const count: Count = { rules, variables, budget, loads: [], fields: 0, bytes: 0 };
  visit(count, selection, ROOT, ONE);
  const { loads, fields, bytes } = count;
  return { calls: countCalls(loads, rules.strategy), fields, bytes, views: countViews(loads) };
}

/**
 * Counts the selection of the objects of a group.
 * @param times how many objects there are for each object of the group
 * @returns false once the budget is exceeded
 */
function visit(count: Count, plan: SelectionPlan, group: Group, times: ListLength): boolean {
  const objects = group.userIds.length;
  if (objects === 0) return true;
  if (!spend(count, plan, objects * times.high, objects * times.typical)) return false;
  for (const part of plan.parts) if (!visitPart(count, part, group, times)) return false;
  return true;
}

function visitPart(count: Count, part: PartPlan, group: Group, times: ListLength): boolean {
  if ('reach' in part) return visitReach(count, part, group, times);
  if ('isSelected' in part) {
    return !part.isSelected(count.variables) || visit(count, part.plan, group, times);
  }
  const { high, typical } = part.length;
  const all = { high: times.high * high, typical: times.typical * typical };
  return visit(count, part.plan, group, all);
}

function visitReach(count: Count, part: ReachPlan, group: Group, times: ListLength): boolean {
  const reach = part.reach(count.variables, count.rules);
  if (!reach) return true;
  const objects = group.userIds.length * times.high;
  // Check the budget before visiting the objects one by one.
  if (!spend(count, sizeOfReach(reach), objects)) return false;
  if (reach.errors && !spend(count, ERROR_COST, objects * reach.errors())) return false;
  for (const reached of reach.from(group)) {
    if (!visitReached(count, part, reached, times)) return false;
  }
  return true;
}

function visitReached(
  count: Count,
  part: ReachPlan,
  { group, type = part.type, view, pages }: Reached,
  times: ListLength,
): boolean {
  if (group.userIds.length === 0) return true;
  const load = view && { field: part, group, view, pages };
  if (load) count.loads.push(load);
  const below = part.plans[type];
  if (!below) return true;
  const mayLoad = below.parts.length > 0;
  return visit(count, below, load && mayLoad ? loadedGroup(load) : group, times);
}

/** Adds the cost of a number of objects. @returns false once the budget is exceeded */
function spend(count: Count, cost: Budget, high: number, typical = high): boolean {
  count.fields += cost.fields * high;
  count.bytes += cost.bytes * typical;
  return count.fields <= count.budget.fields && count.bytes <= count.budget.bytes;
}

function sizeOfReach({ length, loads }: Reach): Budget {
  return {
    fields: length > 1 || loads > 0 ? length - loads + loads * FIELDS_PER_LOAD : 0,
    bytes: 0,
  };
}
