import { getVariableValues, type DocumentNode, type OperationDefinitionNode } from 'graphql';
import { fragmentsOf } from './fragments';
import { follow } from './price-list';
import type { FieldCall, PriceRules, Subject } from './subject';
import { countValues } from './values';
import { createWalk } from './walk';

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
}

/** Nothing beyond is looked at: an operation that costs so much more is refused all the same. */
export interface Budget {
  readonly fields: number;
}

const USERS_PER_CALL = 50;

/** Of a valid document whose selections are known to be few. */
export function priceOf(
  rules: PriceRules,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>>,
  budget: Budget,
): Price {
  const { schema } = rules;
  const defined = operation.variableDefinitions ?? [];
  // One is enough to know that nothing will be run; there may be as many as the variables have values.
  const values = getVariableValues(schema, defined, variables, { maxErrors: 1 });
  const root = schema.getRootType(operation.operation);
  // Execution says what is wrong with the variables, and runs nothing.
  if (values.errors || !root) return { calls: 0, fields: 0 };
  const usersByScope = new Map<string, Set<string>>();
  let fields = 0;

  function spend(count: number): boolean {
    fields += count;
    return fields <= budget.fields;
  }

  function visit(call: FieldCall, subject: Subject): readonly Subject[] | undefined {
    const { weight, loads, children } = follow(rules, call, subject);
    if (!spend(weight)) return undefined;
    for (const { scope, userIds } of loads()) {
      const users = usersByScope.get(scope) ?? new Set();
      usersByScope.set(scope, users);
      for (const id of userIds) users.add(id);
    }
    return children();
  }

  const walk = createWalk(schema, fragmentsOf(document), values.coerced, {
    affords: (node, { count }) => spend(count * (1 + countValues(node.arguments))),
    visit,
  });
  walk(operation.selectionSet, root, {
    count: 1,
    parties: [{ after: '', users: [], semesterIds: [] }],
  });
  const calls = [...usersByScope.values()].map(({ size }) => Math.ceil(size / USERS_PER_CALL));
  return { calls: calls.reduce((sum, count) => sum + count, 0), fields };
}
